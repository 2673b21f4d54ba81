// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_FILTER_HPP
#define LEAT_STAGE_FILTER_HPP

#include <leat/core/pipeline.hpp>

namespace leat::core {

template <class F, class In, class Next>
struct filter_node {
  F f;
  Next next;

  constexpr bool start(start_info n) { return next.start(n.dropping()); }
  constexpr bool operator()(In&& x) { return std::invoke(f, std::as_const(x)) ? next(std::forward<In>(x)) : true; }
  constexpr void finish() { next.finish(); }
};

template <class F>
struct [[nodiscard]] filter_stage : stage_base {
  static constexpr bool per_element = true;
  static constexpr bool at_most_one = true;

  F f;

  template <class In>
  using result = In;

  template <class In>
  static consteval bool accepts() {
    constexpr bool predicate = std::predicate<F&, const std::remove_reference_t<In>&>;
    static_assert(predicate || core::undeclared<In, predicate>(),
                  "leat: the function of filter must take a const element and return bool; docs/errors.md#filter-call");
    return predicate;
  }

  template <class In, class Self, class Next>
  static constexpr filter_node<F, In, Next> bind(Self&& self, Next next) {
    return {std::forward<Self>(self).f, std::move(next)};
  }
};

struct filter_fn {
  template <class F>
  constexpr auto operator()(F f) const {
    return filter_stage<F>{{}, std::move(f)};
  }
};

}  // namespace leat::core

namespace leat {

/// Passes on the elements for which `f(element)` is true, in order.
inline constexpr core::filter_fn filter{};

}  // namespace leat

#endif
