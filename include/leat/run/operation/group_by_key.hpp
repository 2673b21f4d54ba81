// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_OPERATION_GROUP_BY_KEY_HPP
#define LEAT_RUN_OPERATION_GROUP_BY_KEY_HPP

#include <leat/run/operation/combine.hpp>

namespace leat::core {

template <class T>
struct group_ops : core::keyed_ops<T, std::vector<core::mapped_t<T>>> {
  using entry = typename core::keyed_ops<T, std::vector<core::mapped_t<T>>>::entry;
  static constexpr bool grows = true;

  entry make(T&& x) const {
    entry e(std::get<0>(std::move(x)), std::vector<core::mapped_t<T>>());
    e.second.push_back(std::get<1>(std::move(x)));
    return e;
  }
  void add(entry& e, T&& x) const { e.second.push_back(std::get<1>(std::move(x))); }
  void merge(entry& e, entry&& x) const {
    e.second.insert(e.second.end(), std::make_move_iterator(x.second.begin()), std::make_move_iterator(x.second.end()));
  }
};

struct [[nodiscard]] group_by_key_stage : dataset_stage {
  std::size_t partitions;

  explicit group_by_key_stage(std::size_t n) : partitions(n) {}

  template <core::dataset_source D>
  auto apply(const D& from) && {
    using T = core::dataset_value_t<D>;
    if constexpr (core::accepts_keyed<T>())
      return core::combined(from, "group_by_key", core::group_ops<T>{}, partitions);
    else
      return core::poison{};
  }
};

struct group_by_key_fn {
  auto operator()(std::size_t partitions = 0) const {
    core::part_count("group_by_key", partitions, 1);
    return group_by_key_stage(partitions);
  }
};

}  // namespace leat::core

namespace leat {

/// Of pairs: one `std::pair<K, std::vector<V>>` a key, its values in partition order. reduce_by_key and aggregate_by_key move
/// less.
inline constexpr core::group_by_key_fn group_by_key{};

}  // namespace leat

#endif
