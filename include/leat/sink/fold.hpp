// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_FOLD_HPP
#define LEAT_SINK_FOLD_HPP

#include <leat/core/pipeline.hpp>

namespace leat::core {

struct no_merge {};

// A step of a fold: `op(move(acc), x)` returns the new accumulator, or `op(acc, x)` changes it and returns nothing.
template <class Op, class T, class X>
concept returning_step = requires(Op& op, T acc, X&& x) {
  { std::invoke(op, std::move(acc), std::forward<X>(x)) } -> std::convertible_to<T>;
} && std::assignable_from<T&, T>;
template <class Op, class T, class X>
concept changing_step = std::invocable<Op&, T&, X> && std::is_void_v<call_result_t<Op&, T&, X>>;
template <class Op, class T, class X>
concept fold_step = returning_step<Op, T, X> || changing_step<Op, T, X>;

template <class T, class Op, class Merge>
struct fold_sink : sink_base {
  T init;
  Op op;
  Merge join;

  constexpr fold_sink(T zero, Op step, Merge merge) : init(std::move(zero)), op(std::move(step)), join(std::move(merge)) {}

  template <class In>
  static consteval bool accepts() {
    constexpr bool step = fold_step<Op, T, In>;
    static_assert(
        step || core::undeclared<In, step>(),
        "leat: the function of fold must take the accumulator and the element and return the accumulator; see Op, T and In "
        "above; docs/errors.md#fold-call");
    constexpr bool merges = std::same_as<Merge, no_merge> || fold_step<Merge, T, T>;
    static_assert(merges,
                  "leat: the merge function of fold must take two accumulators and return one; docs/errors.md#fold-merge");
    return step && merges;
  }

  template <class In>
  struct state {
    T acc;
    Op op;
    Merge join;

    constexpr explicit state(const fold_sink& k) : acc(k.init), op(k.op), join(k.join) {}
    constexpr explicit state(fold_sink&& k) : acc(std::move(k.init)), op(std::move(k.op)), join(std::move(k.join)) {}

    constexpr bool start(start_info) { return true; }
    constexpr bool operator()(In&& x) {
      step<In>(op, std::forward<In>(x));
      return true;
    }
    constexpr void merge(state&& other)
      requires fold_step<Merge, T, T>
    {
      step<T>(join, std::move(other.acc));
    }
    constexpr void merge(state&& other)
      requires std::same_as<Merge, no_merge> && std::same_as<T, value_t<In>> && fold_step<Op, T, T>
    {
      step<T>(op, std::move(other.acc));
    }
    constexpr T result() { return std::move(acc); }

   private:
    template <class X, class F>
    constexpr void step(F& f, X&& x) {
      if constexpr (returning_step<F, T, X>) {
        T next = std::invoke(f, std::move(acc), std::forward<X>(x));
        acc = std::move(next);
      } else {
        std::invoke(f, acc, std::forward<X>(x));
      }
    }
  };
};

struct fold_fn {
  template <class T, class Op, class Merge = no_merge>
  constexpr auto operator()(T init, Op op, Merge merge = {}) const {
    return fold_sink<T, Op, Merge>(std::move(init), std::move(op), std::move(merge));
  }
};

}  // namespace leat::core

namespace leat {

/// `op(...op(op(init, x1), x2)..., xn)`. `op` returns the accumulator, or takes it by reference and returns nothing. Each state
/// starts with a copy of `init`: on a dataset it enters once a partition and once at the merge, so it should be neutral. States
/// are merged by `merge`, or by `op` where accumulator and element are of one type.
inline constexpr core::fold_fn fold{};

}  // namespace leat

#endif
