// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_ANY_OF_HPP
#define LEAT_SINK_ANY_OF_HPP

#include <leat/kit/search.hpp>

namespace leat::core {

template <class F>
struct any_of_sink : sink_base {
  static constexpr bool stops_early = true;

  F f;

  constexpr explicit any_of_sink(F g) : f(std::move(g)) {}

  template <class In>
  static consteval bool accepts() {
    constexpr bool predicate = core::asks<F, In>;
    static_assert(predicate || core::undeclared<In, predicate>(),
                  "leat: the function of any_of must take a const element and return bool; docs/errors.md#any-of-call");
    return predicate;
  }

  template <class In>
  struct state : core::search<F, In, true, true> {
    constexpr explicit state(const any_of_sink& k) : core::search<F, In, true, true>(k.f) {}
    constexpr explicit state(any_of_sink&& k) : core::search<F, In, true, true>(std::move(k.f)) {}
  };
};

struct any_of_fn {
  template <class F = std::identity>
  constexpr auto operator()(F f = {}) const {
    return any_of_sink<F>(std::move(f));
  }
};

}  // namespace leat::core

namespace leat {

/// Whether `f(element)` is true for at least one element; asks for none behind it. False of no elements.
inline constexpr core::any_of_fn any_of{};

}  // namespace leat

#endif
