// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_OPERATION_CACHE_HPP
#define LEAT_RUN_OPERATION_CACHE_HPP

#include <leat/core/heap_array.hpp>
#include <leat/run/dataset/dataset_stage.hpp>

#include <mutex>

namespace leat::core {

/// Keeps each partition from its first whole reading on, for all jobs, and hands out copies.
template <class T>
class cache_lineage final : public lineage<T> {
 public:
  explicit cache_lineage(lineage_ptr<T> base)
      : lineage<T>(base->home(), {base}, base->partitions()), base_(*base), cells_(new cell[base->partitions()]()) {}

  const char* name() const override { return "cache"; }
  void plan(job&, const reading& by, std::vector<reading>& into) const override {
    if (missing_ != 0) into.push_back(by.of(this->from()[0]));
  }
  void produce(task& t, std::size_t partition, chunk_consumer<T>& to) const override {
    stored_partition<T>& part = filled(t, partition);
    hand_over<T>(part.items.span(), false, {part.items.size(), start_info::exact}, to);
  }

 private:
  struct cell {
    std::mutex filling{};  // a second job waits for the first one's result
    maybe<stored_partition<T>> part{};
  };

  stored_partition<T>& filled(task& t, std::size_t partition) const {
    cell& c = cells_[partition];
    std::lock_guard lock(c.filling);
    if (!c.part) {
      stored_partition<T> fresh(this->home()->memory(), name());
      collector<T> keep(t, fresh);
      base_.produce(t, partition, keep);
      c.part.emplace(std::move(fresh));
      --missing_;
    }
    return *c.part;
  }

  const lineage<T>& base_;
  heap_array<cell> cells_;
  mutable std::atomic<std::size_t> missing_ = base_.partitions();
};

struct [[nodiscard]] cache_stage : dataset_stage {
  template <core::dataset_source D>
  auto apply(const D& from) && {
    using T = core::dataset_value_t<D>;
    constexpr bool copyable = core::copies<T>;
    static_assert(copyable,
                  "leat: a cache hands out copies, and these elements only move; keep them in a shared_ptr; "
                  "docs/errors.md#cache-element");
    if constexpr (copyable)
      return dataset<T>(make_node<core::cache_lineage<T>>(from.erase().node()));
    else
      return core::poison{};
  }
};

struct cache_fn {
  auto operator()() const { return cache_stage{}; }
};

}  // namespace leat::core

namespace leat {

/// Computes each partition once, when it is first read, and keeps it in memory as long as the dataset it returns lives.
inline constexpr core::cache_fn cache{};

}  // namespace leat

#endif
