// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_ENGINE_STORED_PARTITIONS_HPP
#define LEAT_RUN_ENGINE_STORED_PARTITIONS_HPP

#include <leat/core/heap_array.hpp>
#include <leat/run/engine/stored_partition.hpp>

namespace leat::core {

template <class T>
using stored_partitions = block<stored_partition<T>>;

/// Keeps every partition of `base`, each made by a task of its own.
template <class T>
stored_partitions<T> collect_all(job& j, const lineage<T>& base, const char* stage) {
  stored_partitions<T> all;
  all.reserve(base.partitions());
  run_stored<T>(
      j, stage, 0, base.partitions(), 0,
      [&](task& t, stored_partition<T>& into) {
        collector<T> keep(t, into);
        base.produce(t, t.partition(), keep);
      },
      [&](stored_partition<T>&& part) { return all.emplace_back(std::move(part)), true; });
  return all;
}

/// A second reading of elements that only move.
class elements_taken : public usage_error {
 public:
  using usage_error::usage_error;
};

/// Notes which partitions' elements have been moved out, where they cannot be copied; tasks ask at the same time.
class taken_once {
 public:
  explicit taken_once(std::size_t partitions) : taken_(new std::atomic<bool>[partitions]()) {}
  /// Throws elements_taken, which says `what`, the second time.
  void take(std::size_t partition, const char* what) const {
    if (taken_[partition].exchange(true)) throw elements_taken(what);
  }

 private:
  heap_array<std::atomic<bool>> taken_;
};

/// A node whose partitions are all made in a stage of the job that ends before they are read.
template <class T>
class stored_lineage : public lineage<T> {
 public:
  using lineage<T>::lineage;

  void plan(job& j, const reading& by, std::vector<reading>& into) const final {
    auto& out = j.plan(*this);
    out.fragile = out.fragile || by.fragile;
    if (++out.readers == 1) lineage_node::plan(j, {this, false, 0}, into);
  }
  void prepare(job& j) const final {
    auto& out = j.plan(*this);
    out.keep(new output(make(j)));
  }
  void produce(task& t, std::size_t partition, chunk_consumer<T>& to) const final {
    const auto& out = t.of->made(*this);
    auto& all = *static_cast<output*>(out.data.get());
    if (!to.start({all.sizes[partition], start_info::exact})) return;
    stored_partition<T>& part = all.parts[partition];
    // Moved out and freed where this is their only reading in the job, else copied.
    const bool move = !copies<T> || t.of->may_move(out);
    if constexpr (!copies<T>)
      all.taken.take(partition, "elements that only move were to be read twice in one action; keep them in a std::shared_ptr");
    t.consumed = t.consumed || move;
    hand_chunks<T>(part.items.span(), move, to);
    if (move) stored_partition<T>(std::move(part));  // frees it
  }

 protected:
  virtual stored_partitions<T> make(job& j) const = 0;

 private:
  struct output final : job_data {
    stored_partitions<T> parts;
    std::vector<std::size_t> sizes{};  // what was there before it was moved out
    taken_once taken;

    explicit output(stored_partitions<T> all) : parts(std::move(all)), taken(copies<T> ? 0 : parts.size()) {
      for (auto const& part : parts) sizes.push_back(part.items.size());
    }
  };
};

}  // namespace leat::core

#endif
