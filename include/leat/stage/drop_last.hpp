// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_DROP_LAST_HPP
#define LEAT_STAGE_DROP_LAST_HPP

#include <leat/core/pipeline.hpp>
#include <leat/kit/checked_count.hpp>
#include <leat/kit/kept.hpp>

namespace leat::core {

template <class In, class Next>
struct drop_last_node {
  std::size_t n;
  core::ring<value_t<In>> last;
  Next next;
  std::size_t left = 0;  // elements to pass on, where the number of all is known: then nothing is held
  bool known = false;

  constexpr bool start(start_info all) {
    known = all.known == start_info::exact;
    if (known && all.n > n) left = all.n - n;
    return next.start(core::without(all, n)) && !(known && left == 0);
  }
  constexpr bool operator()(In&& x) {
    if (known) {
      const bool more = core::push_value<In>(next, x);
      return --left != 0 && more;
    }
    if (n == 0) return core::push_value<In>(next, x);
    if (!last.full()) {
      last.add(std::forward<In>(x));
      return true;
    }
    const bool more = next(std::move(last.oldest()));
    last.replace(std::forward<In>(x));
    return more;
  }
  constexpr void finish() { next.finish(); }
};

struct [[nodiscard]] drop_last_stage : stage_base {
  static constexpr bool at_most_one = true;

  std::size_t n;

  constexpr explicit drop_last_stage(std::size_t count) : n(count) {}

  template <class In>
  using result = value_t<In>;

  template <class In>
  static consteval bool accepts() {
    return core::accepts_held<In>();
  }

  template <class In, class Self, class Next>
  static constexpr drop_last_node<In, Next> bind(Self&& self, Next next) {
    return {self.n, core::ring<value_t<In>>(self.n), std::move(next)};
  }
};

struct drop_last_fn {
  template <std::integral N>
  constexpr drop_last_stage operator()(N n) const {
    return drop_last_stage(core::checked_count("drop_last", n));
  }
};

}  // namespace leat::core

namespace leat {

/// Leaves out the last `n` elements and passes on the others, by value, each when the nth behind it has come. Throws
/// `usage_error` where `n` is negative.
inline constexpr core::drop_last_fn drop_last{};

}  // namespace leat

#endif
