// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_OPERATION_TAKE_HPP
#define LEAT_RUN_OPERATION_TAKE_HPP

#include <leat/run/dataset/dataset_stage.hpp>
#include <leat/stage/take.hpp>

namespace leat::core {

/// The first elements in partition order. Partitions are run in growing groups until there are enough.
template <class T>
class take_lineage final : public stored_lineage<T> {
 public:
  take_lineage(lineage_ptr<T> base, std::size_t n)
      : stored_lineage<T>(base->home(), {base}, base->partitions()), base_(*base), wanted_(n) {}

  const char* name() const override { return "take"; }

 private:
  stored_partitions<T> make(job& j) const override {
    const std::size_t n = base_.partitions();
    std::size_t left = wanted_;
    stored_partitions<T> all;
    all.reserve(n);
    auto attempt = [&, most = left](task& t, stored_partition<T>& into) {
      collector<T> keep(t, into);
      run_chain_in_chunks(t, base_, t.partition(), take_stage(most), keep);
    };
    auto arrived = [&](stored_partition<T>&& part) {
      if (part.items.size() > left) part.items.truncate(left);
      left -= part.items.size();
      all.emplace_back(std::move(part));
      return left != 0;
    };
    for (std::size_t group = 1; all.size() < n && left != 0; group *= 4)
      run_stored<T>(j, name(), all.size(), all.size() + std::min(group, n - all.size()), 0, attempt, arrived);
    while (all.size() < n) all.emplace_back(j.home().memory(), name());
    return all;
  }

  const lineage<T>& base_;
  std::size_t wanted_;
};

template <>
struct dataset_operation<take_stage> {
  template <class T>
  static dataset<T> apply(const dataset<T>& from, take_stage stage) {
    return dataset<T>(make_node<core::take_lineage<T>>(from.node(), stage.n));
  }
};

}  // namespace leat::core

#endif
