// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_STAGE_HPP
#define LEAT_CORE_STAGE_HPP

#include <leat/core/start_info.hpp>

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

namespace leat {

/// Base of every stage. A stage has `result<In>`, `accepts<In>()` and `bind<In>(self, next)`; see docs/inside/design.md.
struct stage_base {
  static constexpr bool per_element =
      false;  // true: works on each element by itself, so a dataset may split the stream anywhere
  static constexpr bool at_most_one = false;  // true: yields at most one element for each that it takes
  template <class In>
  static constexpr bool direct = false;    // true: makes one element of each by `call<In>(self, x)`, which is const
  static constexpr bool boundary = false;  // true: a dataset erases the chain behind it (a Python stage)
};

/// Base of every sink. A sink has `accepts<In>()` and `state<In>`: `start`, `operator()`, `merge`, `result`.
struct sink_base {
  static constexpr bool in_order = false;     // true: a dataset calls it on the caller's thread, in partition order
  static constexpr bool stops_early = false;  // true: usually satisfied before the end, so a dataset runs few partitions first
  static constexpr bool keeps_elements =
      false;  // true: its result holds the elements, which a dataset charges to its memory limit
};

namespace core {

/// Base of what can stand left of a stage: it has `attach(self, stage)` and `run(self, sink)`.
struct source_base {};

/// What a misuse yields after its message: absorbs all that follows, so that the message stays the first error.
struct poison {
  template <class T>
  constexpr operator T() const;
  template <class... T>
  constexpr poison operator()(T&&...) const {
    return {};
  }
  struct iterator {  // serves a loop, and is none by the standard's concepts
    constexpr poison operator*() const { return {}; }
    constexpr void operator++() {}
    friend constexpr bool operator!=(iterator, iterator) { return false; }
  };
  constexpr iterator begin() const { return {}; }
  constexpr iterator end() const { return {}; }
  template <class Stream>
  friend constexpr Stream& operator<<(Stream& out, const poison&) {
    return out;
  }
};

template <class T>
concept stage = std::derived_from<std::remove_cvref_t<T>, stage_base>;
template <class T>
concept sink = std::derived_from<std::remove_cvref_t<T>, sink_base>;
template <class T>
concept source = std::derived_from<std::remove_cvref_t<T>, source_base>;
template <class T>
concept poisoned = std::same_as<std::remove_cvref_t<T>, poison>;

template <class F, class... In>
struct call_result {
  using type = poison;
};
template <class F, class... In>
  requires std::invocable<F, In...>
struct call_result<F, In...> {
  using type = std::invoke_result_t<F, In...>;
};

}  // namespace core

/// What `F` returns for `In...`; `core::poison` where it cannot be called so.
template <class F, class... In>
using call_result_t = typename core::call_result<F, In...>::type;

/// The type of a value that is kept: no reference, no const.
template <class In>
using value_t = std::remove_cvref_t<In>;

namespace core {

/// Objects of Python's whose type was never declared: C++ carries them and cannot look into them.
template <class T>
concept undeclared_type = requires { typename value_t<T>::leat_undeclared; };

/// For a requirement on elements that is not met (`Good` is false): whether that is so because their type was not declared,
/// which is then the sentence.
template <class In, bool Good>
consteval bool undeclared() {
  constexpr bool declared = Good || !undeclared_type<In>;
  static_assert(declared,
                "leat: these elements are Python objects, whose C++ type was not said; declare the result: py.map<T>; "
                "docs/errors.md#declare-the-result");
  return !declared;
}

}  // namespace core

}  // namespace leat

#endif
