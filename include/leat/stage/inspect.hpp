// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_INSPECT_HPP
#define LEAT_STAGE_INSPECT_HPP

#include <leat/core/pipeline.hpp>

namespace leat::core {

template <class F, class In, class Next>
struct inspect_node {
  F f;
  Next next;

  constexpr bool start(start_info n) { return next.start(n); }
  constexpr bool operator()(In&& x) {
    static_cast<void>(std::invoke(f, std::as_const(x)));
    return next(std::forward<In>(x));
  }
  constexpr void finish() { next.finish(); }
};

template <class F>
struct [[nodiscard]] inspect_stage : stage_base {
  static constexpr bool per_element = true;
  static constexpr bool at_most_one = true;

  F f;

  template <class In>
  using result = In;

  template <class In>
  static consteval bool accepts() {
    constexpr bool callable = std::invocable<F&, const std::remove_reference_t<In>&>;
    static_assert(callable || core::undeclared<In, callable>(),
                  "leat: the function of inspect must take a const element; use map to change it; docs/errors.md#inspect-call");
    return callable;
  }

  template <class In, class Self, class Next>
  static constexpr inspect_node<F, In, Next> bind(Self&& self, Next next) {
    return {std::forward<Self>(self).f, std::move(next)};
  }
};

struct inspect_fn {
  template <class F>
  constexpr auto operator()(F f) const {
    return inspect_stage<F>{{}, std::move(f)};
  }
};

}  // namespace leat::core

namespace leat {

/// Calls `f(element)` for its effect and passes the element on unchanged.
inline constexpr core::inspect_fn inspect{};

}  // namespace leat

#endif
