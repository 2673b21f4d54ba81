// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_ALL_OF_HPP
#define LEAT_SINK_ALL_OF_HPP

#include <leat/kit/search.hpp>

namespace leat::core {

template <class F>
struct all_of_sink : sink_base {
  static constexpr bool stops_early = true;

  F f;

  constexpr explicit all_of_sink(F g) : f(std::move(g)) {}

  template <class In>
  static consteval bool accepts() {
    constexpr bool predicate = core::asks<F, In>;
    static_assert(predicate || core::undeclared<In, predicate>(),
                  "leat: the function of all_of must take a const element and return bool; docs/errors.md#all-of-call");
    return predicate;
  }

  template <class In>
  struct state : core::search<F, In, false, false> {
    constexpr explicit state(const all_of_sink& k) : core::search<F, In, false, false>(k.f) {}
    constexpr explicit state(all_of_sink&& k) : core::search<F, In, false, false>(std::move(k.f)) {}
  };
};

struct all_of_fn {
  template <class F = std::identity>
  constexpr auto operator()(F f = {}) const {
    return all_of_sink<F>(std::move(f));
  }
};

}  // namespace leat::core

namespace leat {

/// Whether `f(element)` is true for each element; asks for none behind the first that fails. True of no elements.
inline constexpr core::all_of_fn all_of{};

}  // namespace leat

#endif
