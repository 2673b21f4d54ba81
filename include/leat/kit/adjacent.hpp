// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_KIT_ADJACENT_HPP
#define LEAT_KIT_ADJACENT_HPP

#include <leat/core/stage.hpp>

#include <string>
#include <string_view>

namespace leat::core {

/// What is kept of a key `K` of elements `T`: itself; text of a view that may lead into an element which is gone.
template <class K, class T>
struct kept_key {
  using type = K;
};
template <class T>
  requires(!std::same_as<T, std::string_view>)
struct kept_key<std::string_view, T> {
  using type = std::string;
};

/// How unique and chunk_by tell that two neighbours `T` belong together: by `f(previous, next)`, or by equal `f(element)`.
template <class F, class T>
struct adjacent {
  static constexpr bool compares = requires(F& f, const T& x) {
    { std::invoke(f, x, x) } -> std::convertible_to<bool>;
  };
  static constexpr bool projects = !compares && requires(F& f, const T& x) {
    { std::invoke(f, x) == std::invoke(f, x) } -> std::convertible_to<bool>;
  };
  static constexpr bool fits = compares || projects;

  /// What is kept of an element for the next one to be compared with.
  using kept =
      typename std::conditional_t<compares, std::type_identity<T>, kept_key<value_t<call_result_t<F&, const T&>>, T>>::type;

  /// What is compared: the element, or its key.
  static constexpr decltype(auto) key(F& f, const T& x) {
    if constexpr (compares)
      return (x);
    else
      return std::invoke(f, x);
  }
  static constexpr bool keeps = requires(F& f, const T& x) { requires std::constructible_from<kept, decltype(key(f, x))>; };

  template <class K>
  static constexpr bool same(F& f, const kept& previous, const K& key) {
    if constexpr (compares)
      return std::invoke(f, previous, key);
    else
      return previous == key;
  }
};

}  // namespace leat::core

#endif
