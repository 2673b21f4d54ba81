// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_NONE_OF_HPP
#define LEAT_SINK_NONE_OF_HPP

#include <leat/kit/search.hpp>

namespace leat::core {

template <class F>
struct none_of_sink : sink_base {
  static constexpr bool stops_early = true;

  F f;

  constexpr explicit none_of_sink(F g) : f(std::move(g)) {}

  template <class In>
  static consteval bool accepts() {
    constexpr bool predicate = core::asks<F, In>;
    static_assert(predicate || core::undeclared<In, predicate>(),
                  "leat: the function of none_of must take a const element and return bool; docs/errors.md#none-of-call");
    return predicate;
  }

  template <class In>
  struct state : core::search<F, In, true, false> {
    constexpr explicit state(const none_of_sink& k) : core::search<F, In, true, false>(k.f) {}
    constexpr explicit state(none_of_sink&& k) : core::search<F, In, true, false>(std::move(k.f)) {}
  };
};

struct none_of_fn {
  template <class F = std::identity>
  constexpr auto operator()(F f = {}) const {
    return none_of_sink<F>(std::move(f));
  }
};

}  // namespace leat::core

namespace leat {

/// Whether `f(element)` is true for no element; asks for none behind the first that is. True of no elements.
inline constexpr core::none_of_fn none_of{};

}  // namespace leat

#endif
