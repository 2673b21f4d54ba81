// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_DROP_WHILE_HPP
#define LEAT_STAGE_DROP_WHILE_HPP

#include <leat/core/pipeline.hpp>

namespace leat::core {

template <class F, class In, class Next>
struct drop_while_node {
  F f;
  Next next;
  bool passing = false;

  constexpr bool start(start_info n) { return next.start(n.dropping()); }
  constexpr bool operator()(In&& x) {
    if (!passing) {
      if (std::invoke(f, std::as_const(x))) return true;
      passing = true;
    }
    return next(std::forward<In>(x));
  }
  constexpr void finish() { next.finish(); }
};

template <class F>
struct [[nodiscard]] drop_while_stage : stage_base {
  static constexpr bool at_most_one = true;

  F f;

  template <class In>
  using result = In;

  template <class In>
  static consteval bool accepts() {
    constexpr bool predicate = std::predicate<F&, const std::remove_reference_t<In>&>;
    static_assert(predicate || core::undeclared<In, predicate>(),
                  "leat: the function of drop_while must take a const element and return bool; docs/errors.md#drop-while-call");
    return predicate;
  }

  template <class In, class Self, class Next>
  static constexpr drop_while_node<F, In, Next> bind(Self&& self, Next next) {
    return {std::forward<Self>(self).f, std::move(next)};
  }
};

struct drop_while_fn {
  template <class F>
  constexpr auto operator()(F f) const {
    return drop_while_stage<F>{{}, std::move(f)};
  }
};

}  // namespace leat::core

namespace leat {

/// Leaves out the first elements as long as `f(element)` is true, and passes on all others.
inline constexpr core::drop_while_fn drop_while{};

}  // namespace leat

#endif
