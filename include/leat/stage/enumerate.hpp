// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_ENUMERATE_HPP
#define LEAT_STAGE_ENUMERATE_HPP

#include <leat/core/pipeline.hpp>
#include <leat/kit/checked_count.hpp>

namespace leat::core {

template <class In, class Next>
struct enumerate_node {
  std::size_t at;
  Next next;

  constexpr bool start(start_info n) { return next.start(n); }
  constexpr bool operator()(In&& x) { return next(std::pair<std::size_t, value_t<In>>(at++, std::forward<In>(x))); }
  constexpr void finish() { next.finish(); }
};

struct [[nodiscard]] enumerate_stage : stage_base {
  static constexpr bool at_most_one = true;

  std::size_t first;

  constexpr explicit enumerate_stage(std::size_t from) : first(from) {}

  template <class In>
  using result = std::pair<std::size_t, value_t<In>>;

  template <class In>
  static consteval bool accepts() {
    constexpr bool kept = std::constructible_from<value_t<In>, In>;
    static_assert(
        kept,
        "leat: enumerate puts the element into a pair, and this one cannot be copied; std::move the source so that its "
        "elements move; docs/errors.md#enumerate-element");
    return kept;
  }

  template <class In, class Self, class Next>
  static constexpr enumerate_node<In, Next> bind(Self&& self, Next next) {
    return {self.first, std::move(next)};
  }
};

struct enumerate_fn {
  constexpr enumerate_stage operator()() const { return enumerate_stage(0); }
  template <std::integral N>
  constexpr enumerate_stage operator()(N first) const {
    return enumerate_stage(core::checked_count("enumerate", first, 0, "first index"));
  }
};

}  // namespace leat::core

namespace leat {

/// Passes on `std::pair<std::size_t, T>`: the element's index, counted from `first`, and the element. Throws `usage_error`
/// where `first` is negative.
inline constexpr core::enumerate_fn enumerate{};

}  // namespace leat

#endif
