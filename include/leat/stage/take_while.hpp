// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_TAKE_WHILE_HPP
#define LEAT_STAGE_TAKE_WHILE_HPP

#include <leat/core/pipeline.hpp>

namespace leat::core {

template <class F, class In, class Next>
struct take_while_node {
  F f;
  Next next;

  constexpr bool start(start_info n) { return next.start(n.dropping()); }
  constexpr bool operator()(In&& x) { return std::invoke(f, std::as_const(x)) ? next(std::forward<In>(x)) : false; }
  constexpr void finish() { next.finish(); }
};

template <class F>
struct [[nodiscard]] take_while_stage : stage_base {
  static constexpr bool at_most_one = true;

  F f;

  template <class In>
  using result = In;

  template <class In>
  static consteval bool accepts() {
    constexpr bool predicate = std::predicate<F&, const std::remove_reference_t<In>&>;
    static_assert(predicate || core::undeclared<In, predicate>(),
                  "leat: the function of take_while must take a const element and return bool; docs/errors.md#take-while-call");
    return predicate;
  }

  template <class In, class Self, class Next>
  static constexpr take_while_node<F, In, Next> bind(Self&& self, Next next) {
    return {std::forward<Self>(self).f, std::move(next)};
  }
};

struct take_while_fn {
  template <class F>
  constexpr auto operator()(F f) const {
    return take_while_stage<F>{{}, std::move(f)};
  }
};

}  // namespace leat::core

namespace leat {

/// Passes on elements until `f(element)` is false, and asks the source for none behind that one.
inline constexpr core::take_while_fn take_while{};

}  // namespace leat

#endif
