// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_OPERATION_REPARTITION_HPP
#define LEAT_RUN_OPERATION_REPARTITION_HPP

#include <leat/run/dataset/dataset_stage.hpp>
#include <leat/run/source/parallelize.hpp>

namespace leat::core {

/// The same elements in the same order, in even partitions.
template <class T>
class repartition_lineage final : public stored_lineage<T> {
 public:
  repartition_lineage(lineage_ptr<T> base, std::size_t partitions)
      : stored_lineage<T>(base->home(), {base}, partitions), base_(*base), partitions_(partitions) {}

  const char* name() const override { return "repartition"; }

 private:
  stored_partitions<T> make(job& j) const override {
    stored_partitions<T> from = collect_all(j, base_, name()), all;
    std::vector<std::size_t> begins{0};
    for (auto const& part : from) begins.push_back(begins.back() + part.items.size());
    all.reserve(partitions_);
    run_stored<T>(
        j, name(), 0, partitions_, 0, [&](task& t, stored_partition<T>& into) { cut(t.partition(), from, begins, into); },
        [&](stored_partition<T>&& part) { return all.emplace_back(std::move(part)), true; });
    return all;
  }

  void cut(std::size_t partition, stored_partitions<T>& from, const std::vector<std::size_t>& begins,
           stored_partition<T>& into) const {
    std::size_t at = part_begin(begins.back(), partition, partitions_);
    const std::size_t last = part_begin(begins.back(), partition + 1, partitions_);
    into.held.grow((last - at) * sizeof(T));
    into.items.reserve(last - at);
    for (auto k = static_cast<std::size_t>(std::upper_bound(begins.begin(), begins.end(), at) - begins.begin()) - 1; at < last;
         ++k)
      for (const std::size_t end = std::min(last, begins[k + 1]); at < end; ++at)
        into.items.unchecked(std::move(from[k].items[at - begins[k]]));
  }

  const lineage<T>& base_;
  std::size_t partitions_;
};

struct [[nodiscard]] repartition_stage : dataset_stage {
  std::size_t partitions;

  explicit repartition_stage(std::size_t n) : partitions(n) {}

  template <core::dataset_source D>
  auto apply(const D& from) && {
    return core::dataset_of(make_node<core::repartition_lineage<core::dataset_value_t<D>>>(from.erase().node(), partitions));
  }
};

struct repartition_fn {
  auto operator()(std::size_t partitions) const { return repartition_stage(core::part_count("repartition", partitions, 0)); }
};

}  // namespace leat::core

namespace leat {

/// The same elements in the same order, in `n` partitions whose sizes differ by one at most. Throws `usage_error` where `n` is
/// 0.
inline constexpr core::repartition_fn repartition{};

}  // namespace leat

#endif
