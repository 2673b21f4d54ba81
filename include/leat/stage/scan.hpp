// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_SCAN_HPP
#define LEAT_STAGE_SCAN_HPP

#include <leat/core/maybe.hpp>
#include <leat/core/pipeline.hpp>

namespace leat::core {

struct scan_from_first {};

// A step: `op(move(acc), x)` returns the new accumulator, or `op(acc, x)` changes it and returns nothing.
template <class Op, class T, class In>
concept scan_returns = requires(Op& op, T acc, In&& x) {
  { std::invoke(op, std::move(acc), std::forward<In>(x)) } -> std::convertible_to<T>;
} && std::is_move_assignable_v<T>;
template <class Op, class T, class In>
concept scan_changes = std::invocable<Op&, T&, In> && std::is_void_v<call_result_t<Op&, T&, In>>;

template <class T, class Init, class Op, class In, class Next>
struct scan_node {
  static constexpr bool seeded = !std::same_as<Init, scan_from_first>;

  std::conditional_t<seeded, T, core::maybe<T>> acc;
  Op op;
  Next next;

  constexpr bool start(start_info n) { return next.start(n); }
  constexpr bool operator()(In&& x) {
    if constexpr (seeded) {
      return step(acc, std::forward<In>(x));
    } else {
      if (acc) return step(*acc, std::forward<In>(x));
      return next(T(acc.emplace(std::forward<In>(x))));
    }
  }
  constexpr void finish() { next.finish(); }

 private:
  constexpr bool step(T& value, In&& x) {
    if constexpr (scan_returns<Op, T, In>) {
      T made = std::invoke(op, std::move(value), std::forward<In>(x));
      value = std::move(made);
    } else {
      std::invoke(op, value, std::forward<In>(x));
    }
    return next(T(std::as_const(value)));
  }
};

template <class Init, class Op>
struct [[nodiscard]] scan_stage : stage_base {
  static constexpr bool at_most_one = true;

  Init init;
  Op op;

  constexpr scan_stage(Init first, Op step) : init(std::move(first)), op(std::move(step)) {}

  template <class In>
  using result = std::conditional_t<std::same_as<Init, core::scan_from_first>, value_t<In>, Init>;

  template <class In>
  static consteval bool accepts() {
    using T = result<In>;
    constexpr bool step = core::scan_returns<Op, T, In> || core::scan_changes<Op, T, In>;
    static_assert(step || core::undeclared<In, step>(),
                  "leat: the function of scan must take the accumulator and the element and return the accumulator; see Op, T "
                  "and In above; docs/errors.md#scan-call");
    constexpr bool copies =
        std::copy_constructible<T> && (!std::same_as<Init, core::scan_from_first> || std::constructible_from<T, In>);
    static_assert(copies, "leat: scan passes on a copy of each result, and these cannot be copied; docs/errors.md#scan-copy");
    return step && copies;
  }

  template <class In, class Self, class Next>
  static constexpr auto bind(Self&& self, Next next) {
    using node = scan_node<result<In>, Init, Op, In, Next>;
    if constexpr (node::seeded)
      return node{std::forward<Self>(self).init, std::forward<Self>(self).op, std::move(next)};
    else
      return node{{}, std::forward<Self>(self).op, std::move(next)};
  }
};

struct scan_fn {
  template <class Op>
  constexpr auto operator()(Op op) const {
    return scan_stage<scan_from_first, Op>({}, std::move(op));
  }
  template <class Init, class Op>
  constexpr auto operator()(Init init, Op op) const {
    return scan_stage<Init, Op>(std::move(init), std::move(op));
  }
};

}  // namespace leat::core

namespace leat {

/// Passes on the running results of `op`, by value: `x1, op(x1, x2), ...`, or `op(init, x1), op(op(init, x1), x2), ...` where
/// `init` is given. `op` returns the accumulator, or takes it by reference and returns nothing.
inline constexpr core::scan_fn scan{};

}  // namespace leat

#endif
