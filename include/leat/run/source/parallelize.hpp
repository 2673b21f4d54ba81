// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_SOURCE_PARALLELIZE_HPP
#define LEAT_RUN_SOURCE_PARALLELIZE_HPP

#include <leat/core/source_holder.hpp>
#include <leat/run/engine/stored_partitions.hpp>

namespace leat::core {

/// Where part `i` of `n` elements begins, of `parts` even ones.
constexpr std::size_t part_begin(std::size_t n, std::size_t i, std::size_t parts) {
  return n / parts * i + n % parts * i / parts;
}

/// Elements that the program had. They are copied at each reading; those that only move can be read once.
template <class T>
class parallelized final : public lineage<T> {
 public:
  template <class R>
  parallelized(std::shared_ptr<engine> home, R&& range, std::size_t partitions)
      : lineage<T>(std::move(home), {}, partitions), partitions_(partitions), taken_(copies<T> ? 0 : partitions) {
    if constexpr (std::ranges::sized_range<R>) items_.reserve(static_cast<std::size_t>(std::ranges::size(range)));
    for (auto it = std::ranges::begin(range); it != std::ranges::end(range); ++it) {
      if constexpr (owns_elements<R>)
        items_.emplace_back(std::ranges::iter_move(it));
      else
        items_.emplace_back(*it);
    }
  }

  const char* name() const override { return "parallelize"; }
  void produce(task& t, std::size_t partition, chunk_consumer<T>& to) const override {
    const std::size_t first = part_begin(items_.size(), partition, partitions_);
    const std::size_t last = part_begin(items_.size(), partition + 1, partitions_);
    if constexpr (!copies<T>) {
      // Who only asks for the number takes nothing.
      if (!to.start({last - first, start_info::exact})) return;
      taken_.take(partition, "parallelize: these elements only move, so the dataset can be run once; this is a second run");
      t.consumed = true;
      hand_chunks<T>(items_.span().subspan(first, last - first), true, to);
    } else {
      hand_over<T>(items_.span().subspan(first, last - first), false, {last - first, start_info::exact}, to);
    }
  }

 private:
  std::size_t partitions_;
  mutable block<T> items_{};  // written by none but the one reading of elements that only move
  taken_once taken_;
};

}  // namespace leat::core

#endif
