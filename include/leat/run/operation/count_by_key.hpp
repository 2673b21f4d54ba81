// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_OPERATION_COUNT_BY_KEY_HPP
#define LEAT_RUN_OPERATION_COUNT_BY_KEY_HPP

#include <leat/run/operation/combine.hpp>

namespace leat::core {

template <class T>
struct count_ops : core::keyed_ops<T, std::size_t> {
  using entry = typename core::keyed_ops<T, std::size_t>::entry;

  entry make(T&& x) const { return {std::get<0>(std::move(x)), 1}; }
  void add(entry& e, T&&) const { ++e.second; }
  void merge(entry& e, entry&& x) const { e.second += x.second; }
};

struct [[nodiscard]] count_by_key_stage : dataset_stage {
  std::size_t partitions;

  explicit count_by_key_stage(std::size_t n) : partitions(n) {}

  template <core::dataset_source D>
  auto apply(const D& from) && {
    using T = core::dataset_value_t<D>;
    if constexpr (core::accepts_keyed<T>())
      return core::combined(from, "count_by_key", core::count_ops<T>{}, partitions);
    else
      return core::poison{};
  }
};

struct count_by_key_fn {
  auto operator()(std::size_t partitions = 0) const {
    core::part_count("count_by_key", partitions, 1);
    return count_by_key_stage(partitions);
  }
};

}  // namespace leat::core

namespace leat {

/// Of pairs: one `std::pair<K, std::size_t>` a key, the number of its pairs.
inline constexpr core::count_by_key_fn count_by_key{};

}  // namespace leat

#endif
