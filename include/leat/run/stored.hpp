// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_STORED_HPP
#define LEAT_RUN_STORED_HPP

#include <leat/run/collect.hpp>

namespace leat::core {

template <class T>
using stored = std::vector<kept<T>>;

/// Keeps every partition of `base`, each made by a task of its own.
template <class T>
stored<T> collect_all(job& j, const lineage<T>& base, const char* stage) {
  stored<T> all;
  all.reserve(base.partitions());
  run_kept<T>(
      j, stage, 0, base.partitions(), 0,
      [&](task& t, kept<T>& into) {
        collector<T> keep(t, into);
        base.produce(t, t.partition(), keep);
      },
      [&](kept<T> part) { return all.push_back(std::move(part)), true; });
  return all;
}

/// Hands a kept partition over: moved out and freed where this is its only reading in the job, else copied.
template <class T>
void hand_over(task& t, kept<T>& part, bool move, chunk_consumer<T>& to) {
  move = move || !copies<T>;
  t.consumed = t.consumed || move;
  hand_over<T>(part.items.span(), move, {part.items.size(), size_hint::exact}, to);
  if (move) kept<T>(std::move(part));  // frees it
}

/// A node whose partitions are all made in a stage of the job that ends before they are read.
template <class T>
class stored_lineage : public lineage<T> {
 public:
  using lineage<T>::lineage;

  void plan(job& j, bool fragile) const final {
    auto& out = j.plan(*this);
    out.fragile = out.fragile || fragile;
    if (++out.readers == 1) plan_inputs(j);
  }
  void prepare(job& j) const final {
    auto& out = j.plan(*this);
    if (out.data) return;
    lineage_node::prepare(j);
    out.data = std::make_shared<stored<T>>(make(j));
  }
  void produce(task& t, std::size_t partition, chunk_consumer<T>& to) const final {
    const auto& out = t.of->made(*this);
    hand_over(t, (*static_cast<stored<T>*>(out.data.get()))[partition], t.of->may_move(out), to);
  }

 protected:
  virtual void plan_inputs(job& j) const { lineage_node::plan(j, false); }
  virtual stored<T> make(job& j) const = 0;
};

}  // namespace leat::core

#endif
