// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_OPERATION_REDUCE_BY_KEY_HPP
#define LEAT_RUN_OPERATION_REDUCE_BY_KEY_HPP

#include <leat/run/operation/combine.hpp>

namespace leat::core {

template <class T, class Op>
struct reduce_ops : core::keyed_ops<T, core::mapped_t<T>> {
  using entry = typename core::keyed_ops<T, core::mapped_t<T>>::entry;

  Op op;

  explicit reduce_ops(Op f) : op(std::move(f)) {}

  entry make(T&& x) const { return {std::get<0>(std::move(x)), std::get<1>(std::move(x))}; }
  void add(entry& e, T&& x) { e.second = std::invoke(op, std::move(e.second), std::get<1>(std::move(x))); }
  void merge(entry& e, entry&& x) { e.second = std::invoke(op, std::move(e.second), std::move(x.second)); }
};

template <class Op>
struct [[nodiscard]] reduce_by_key_stage : dataset_stage {
  Op op;
  std::size_t partitions;

  reduce_by_key_stage(Op f, std::size_t n) : op(std::move(f)), partitions(n) {}

  template <core::dataset_source D>
  auto apply(const D& from) && {
    using T = core::dataset_value_t<D>;
    if constexpr (!core::accepts_keyed<T>())
      return core::poison{};
    else {
      using V = core::mapped_t<T>;
      constexpr bool reduces = std::copy_constructible<Op> && requires(Op& f, V v) {
        { std::invoke(f, std::move(v), std::move(v)) } -> std::convertible_to<V>;
      };
      static_assert(
          reduces,
          "leat: the function of reduce_by_key must be copyable, take two values of a key and return one; see Op and V "
          "above; docs/errors.md#reduce-by-key-call");
      if constexpr (reduces)
        return core::combined(from, "reduce_by_key", core::reduce_ops<T, Op>(std::move(op)), partitions);
      else
        return core::poison{};
    }
  }
};

struct reduce_by_key_fn {
  template <class Op>
  auto operator()(Op op, std::size_t partitions = 0) const {
    core::part_count("reduce_by_key", partitions, 1);
    return reduce_by_key_stage<Op>(std::move(op), partitions);
  }
};

}  // namespace leat::core

namespace leat {

/// Of pairs: one pair a key, whose value is `op` over the key's values, left to right in partition order, for an associative
/// `op`.
inline constexpr core::reduce_by_key_fn reduce_by_key{};

}  // namespace leat

#endif
