// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_OPERATION_DISTINCT_HPP
#define LEAT_RUN_OPERATION_DISTINCT_HPP

#include <leat/run/operation/combine.hpp>

namespace leat::core {

template <class T>
struct distinct_ops {
  using input = T;
  using entry = T;
  static constexpr bool grows = false;

  static const T& key(const T& x) { return x; }
  T&& make(T&& x) const { return std::move(x); }
  void add(T&, T&&) const {}
  void merge(T&, T&&) const {}
};

struct [[nodiscard]] distinct_stage : dataset_stage {
  std::size_t partitions;

  explicit distinct_stage(std::size_t n) : partitions(n) {}

  template <core::dataset_source D>
  auto apply(const D& from) && {
    using T = core::dataset_value_t<D>;
    constexpr bool key = core::shuffle_key<T>;
    static_assert(
        key, "leat: distinct needs elements with == and a hash; specialize std::hash or leat::hash; docs/errors.md#no-hash");
    if constexpr (key)
      return core::combined(from, "distinct", core::distinct_ops<T>{}, partitions);
    else
      return core::poison{};
  }
};

struct distinct_fn {
  auto operator()(std::size_t partitions = 0) const {
    core::part_count("distinct", partitions, 1);
    return distinct_stage(partitions);
  }
};

}  // namespace leat::core

namespace leat {

/// Each element once: of equal ones the first in partition order.
inline constexpr core::distinct_fn distinct{};

}  // namespace leat

#endif
