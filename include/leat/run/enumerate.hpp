// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_ENUMERATE_HPP
#define LEAT_RUN_ENUMERATE_HPP

#include <leat/run/dataset_stage.hpp>
#include <leat/sink/count.hpp>
#include <leat/stage/enumerate.hpp>

namespace leat {

namespace core {

/// Elements with their index in partition order. A first pass counts what all partitions but the last hold.
template <class T>
class enumerate_lineage final : public lineage<std::pair<std::size_t, T>> {
 public:
  using out = std::pair<std::size_t, T>;

  enumerate_lineage(std::shared_ptr<const lineage<T>> base, std::size_t first)
      : lineage<out>(base->home(), {base}), base_(*base), first_(first) {}

  const char* name() const override { return "enumerate"; }
  std::size_t partitions() const override { return base_.partitions(); }

  void plan(job& j, bool fragile) const override {
    if (++j.plan(*this).readers == 1) base_.plan(j, fragile);
    base_.plan(j, fragile);
  }
  void prepare(job& j) const override {
    auto& made = j.plan(*this);
    if (made.data) return;
    base_.prepare(j);
    auto begins = std::make_shared<std::vector<std::size_t>>(partitions());
    using state = count_sink::state<T&&>;
    auto attempt = [&](task& t) {
      state n;
      run_chain(t, base_, t.partition(), identity{}, state_node<state, T&&>{&n});
      (*begins)[t.partition() + 1] = n.n;
    };
    j.home().run({name(), &j, 0, partitions() - 1, attempt, [](std::size_t) { return true; }});
    begins->front() = first_;
    for (std::size_t p = 1; p < begins->size(); ++p) (*begins)[p] += (*begins)[p - 1];
    made.data = std::move(begins);
  }
  void produce(task& t, std::size_t partition, chunk_consumer<out>& to) const override {
    const auto& begins = *static_cast<const std::vector<std::size_t>*>(t.of->made(*this).data.get());
    chunk_buffer<out> buffer(to);
    run_chain(t, base_, partition, enumerate_stage(begins[partition]), buffer_node<out, out>{&buffer});
    buffer.flush();
  }

 private:
  const lineage<T>& base_;
  std::size_t first_;
};

}  // namespace core

template <>
struct dataset_operation<enumerate_stage> {
  template <class T>
  static dataset<std::pair<std::size_t, T>> apply(const dataset<T>& from, enumerate_stage stage) {
    return core::dataset_of(std::make_shared<core::enumerate_lineage<T>>(from.node(), stage.first));
  }
};

}  // namespace leat

#endif
