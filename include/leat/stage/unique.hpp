// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_UNIQUE_HPP
#define LEAT_STAGE_UNIQUE_HPP

#include <leat/core/maybe.hpp>
#include <leat/core/pipeline.hpp>
#include <leat/kit/adjacent.hpp>

namespace leat::core {

template <class F, class In, class Next>
struct unique_node {
  using adjacent = core::adjacent<F, value_t<In>>;

  F f;
  Next next;
  core::maybe<typename adjacent::kept> kept{};

  constexpr bool start(start_info n) { return next.start(n.dropping()); }
  constexpr bool operator()(In&& x) {
    decltype(auto) key = adjacent::key(f, std::as_const(x));
    if (kept && adjacent::same(f, *kept, key)) return true;
    kept.emplace(std::forward<decltype(key)>(key));
    return next(std::forward<In>(x));
  }
  constexpr void finish() { next.finish(); }
};

template <class F>
struct [[nodiscard]] unique_stage : stage_base {
  static constexpr bool at_most_one = true;

  F f;

  template <class In>
  using result = In;

  template <class In>
  static consteval bool accepts() {
    using adjacent = core::adjacent<F, value_t<In>>;
    static_assert(adjacent::fits,
                  "leat: unique must be able to compare elements; give it a comparison or a projection; "
                  "docs/errors.md#unique-equal");
    if constexpr (adjacent::fits) {
      constexpr bool kept = adjacent::keeps;
      static_assert(kept,
                    "leat: unique keeps a copy of what it compares, and this cannot be copied; give it a projection to what "
                    "can; docs/errors.md#unique-copy");
      return kept;
    } else
      return false;
  }

  template <class In, class Self, class Next>
  static constexpr unique_node<F, In, Next> bind(Self&& self, Next next) {
    return {std::forward<Self>(self).f, std::move(next)};
  }
};

struct unique_fn {
  template <class F = std::equal_to<>>
  constexpr auto operator()(F f = {}) const {
    return unique_stage<F>{{}, std::move(f)};
  }
};

}  // namespace leat::core

namespace leat {

/// Passes on the first of each run of equal neighbours: by `==`, by a comparison `f(a, b)` or by a projection `f(a)`.
inline constexpr core::unique_fn unique{};

}  // namespace leat

#endif
