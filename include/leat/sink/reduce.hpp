// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_REDUCE_HPP
#define LEAT_SINK_REDUCE_HPP

#include <leat/core/error.hpp>
#include <leat/core/maybe.hpp>
#include <leat/core/pipeline.hpp>

namespace leat::core {

template <class Op, class T, class X>
concept reducing = requires(Op& op, T acc, X&& x) {
  { std::invoke(op, std::move(acc), std::forward<X>(x)) } -> std::convertible_to<T>;
} && std::assignable_from<T&, T>;

template <class Op>
struct reduce_sink : sink_base {
  Op op;

  constexpr explicit reduce_sink(Op f) : op(std::move(f)) {}

  template <class In>
  static consteval bool accepts() {
    constexpr bool reduces = reducing<Op, value_t<In>, In> && reducing<Op, value_t<In>, value_t<In>>;
    static_assert(reduces || core::undeclared<In, reduces>(),
                  "leat: the function of reduce must take two elements and return one; use fold for a result of another type; "
                  "docs/errors.md#reduce-call");
    if constexpr (reduces)
      return core::accepts_kept<In>();
    else
      return false;
  }

  template <class In>
  struct state {
    using value = value_t<In>;

    Op op;
    core::maybe<value> acc{};

    constexpr explicit state(const reduce_sink& k) : op(k.op) {}
    constexpr explicit state(reduce_sink&& k) : op(std::move(k.op)) {}

    constexpr bool start(start_info) { return true; }
    constexpr bool operator()(In&& x) {
      add<In>(std::forward<In>(x));
      return true;
    }
    constexpr void merge(state&& other) {
      if (other.acc) add<value>(std::move(*other.acc));
    }
    constexpr value result() {
      if (!acc) throw empty_dataset("reduce of no elements");
      return std::move(*acc);
    }

   private:
    template <class X>
    constexpr void add(X&& x) {
      if (acc) {
        value next = std::invoke(op, std::move(*acc), std::forward<X>(x));
        *acc = std::move(next);
      } else {
        acc.emplace(std::forward<X>(x));
      }
    }
  };
};

struct reduce_fn {
  template <class Op>
  constexpr auto operator()(Op op) const {
    return reduce_sink<Op>(std::move(op));
  }
};

}  // namespace leat::core

namespace leat {

/// `op(...op(op(x1, x2), x3)..., xn)`, for an associative `op`. Throws `empty_dataset` where there is no element.
inline constexpr core::reduce_fn reduce{};

}  // namespace leat

#endif
