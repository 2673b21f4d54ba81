// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_ENGINE_ITERATE_HPP
#define LEAT_RUN_ENGINE_ITERATE_HPP

#include <leat/run/engine/stored_partition.hpp>

#include <optional>

namespace leat::core {

/// One pass over a dataset, partition by partition: each is run when it is reached.
template <class T, class P>
class dataset_pass {
 public:
  using out = value_t<chain_out<T, P>>;

  dataset_pass(lineage_ptr<T> base, P pipeline) : base_(std::move(base)), pipeline_(std::move(pipeline)), job_(*base_->home()) {
    engine::entry running(*base_->home());
    prepare(*base_, job_, true);
    fill();
  }

  bool empty() const { return !part_; }
  out& front() { return part_->items[at_]; }
  void next() {
    if (++at_ == part_->items.size()) fill();
  }

 private:
  void fill() {
    engine::entry running(*base_->home());
    at_ = 0;
    do {
      part_.reset();
      if (next_ == base_->partitions()) return;
      const std::size_t p = next_;
      next_ = base_->partitions();  // stays so if the partition fails: the iterator is at its end then
      run_stored<out>(
          job_, "iteration", p, p + 1, 0,
          [&](task& t, stored_partition<out>& into) {
            collector<out> keep(t, into);
            run_chain_in_chunks(t, *base_, p, pipeline_, keep);
          },
          [&](stored_partition<out>&& part) { return part_.emplace(std::move(part)), true; });
      next_ = p + 1;
    } while (part_->items.empty());
  }

  lineage_ptr<T> base_;
  P pipeline_;
  job job_;
  maybe<stored_partition<out>> part_{};
  std::size_t at_ = 0, next_ = 0;
};

}  // namespace leat::core

#endif
