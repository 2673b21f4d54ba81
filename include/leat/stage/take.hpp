// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_TAKE_HPP
#define LEAT_STAGE_TAKE_HPP

#include <leat/core/pipeline.hpp>
#include <leat/kit/checked_count.hpp>

namespace leat::core {

template <class In, class Next>
struct take_node {
  std::size_t left;
  Next next;

  constexpr bool start(start_info n) { return next.start(n.limit(left)) && left != 0; }
  constexpr bool operator()(In&& x) {
    const bool more = next(std::forward<In>(x));
    return --left != 0 && more;
  }
  constexpr void finish() { next.finish(); }
};

struct [[nodiscard]] take_stage : stage_base {
  static constexpr bool at_most_one = true;

  std::size_t n;

  constexpr explicit take_stage(std::size_t count) : n(count) {}

  template <class In>
  using result = In;

  template <class In>
  static consteval bool accepts() {
    return true;
  }

  template <class In, class Self, class Next>
  static constexpr take_node<In, Next> bind(Self&& self, Next next) {
    return {self.n, std::move(next)};
  }
};

struct take_fn {
  template <std::integral N>
  constexpr take_stage operator()(N n) const {
    return take_stage(core::checked_count("take", n));
  }
};

}  // namespace leat::core

namespace leat {

/// Passes on the first `n` elements and asks the source for no further one. Throws `usage_error` where `n` is negative.
inline constexpr core::take_fn take{};

}  // namespace leat

#endif
