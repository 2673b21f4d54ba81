// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_TAKE_LAST_HPP
#define LEAT_STAGE_TAKE_LAST_HPP

#include <leat/core/pipeline.hpp>
#include <leat/kit/checked_count.hpp>
#include <leat/kit/kept.hpp>

namespace leat::core {

template <class In, class Next>
struct take_last_node {
  std::size_t n;
  core::ring<value_t<In>> last;
  Next next;
  std::size_t early = 0;  // elements that come before the last n, where their number is known
  bool more = false;

  constexpr bool start(start_info all) {
    more = next.start(all.limit(n)) && n != 0;
    if (more && all.known == start_info::exact) {
      last.reserve(all.n);
      early = all.n > n ? all.n - n : 0;
    }
    return more;
  }
  constexpr bool operator()(In&& x) {
    if (early != 0)
      --early;
    else if (last.full())
      last.replace(std::forward<In>(x));
    else
      last.add(std::forward<In>(x));
    return true;
  }
  constexpr void finish() {
    if (more) last.drain([this](value_t<In>&& x) { return next(std::move(x)); });
    next.finish();
  }
};

struct [[nodiscard]] take_last_stage : stage_base {
  std::size_t n;

  constexpr explicit take_last_stage(std::size_t count) : n(count) {}

  template <class In>
  using result = value_t<In>;

  template <class In>
  static consteval bool accepts() {
    return core::accepts_held<In>();
  }

  template <class In, class Self, class Next>
  static constexpr take_last_node<In, Next> bind(Self&& self, Next next) {
    return {self.n, core::ring<value_t<In>>(self.n), std::move(next)};
  }
};

struct take_last_fn {
  template <std::integral N>
  constexpr take_last_stage operator()(N n) const {
    return take_last_stage(core::checked_count("take_last", n));
  }
};

}  // namespace leat::core

namespace leat {

/// Passes on the last `n` elements, by value, when the source has ended. Throws `usage_error` where `n` is negative.
inline constexpr core::take_last_fn take_last{};

}  // namespace leat

#endif
