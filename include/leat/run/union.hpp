// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_UNION_HPP
#define LEAT_RUN_UNION_HPP

#include <leat/run/dataset_stage.hpp>

namespace leat {

namespace core {

/// The partitions of several datasets, one dataset after the other.
template <class T>
class union_lineage final : public lineage<T> {
 public:
  using branches = std::vector<std::shared_ptr<const lineage<T>>>;

  explicit union_lineage(branches all) : lineage<T>(all.front()->home(), {all.begin(), all.end()}), branches_(std::move(all)) {
    for (auto const& b : branches_) {
      if (b->home() != this->home()) throw usage_error("union: the datasets come from different contexts");
      begins_.push_back(begins_.back() + b->partitions());
    }
  }

  const char* name() const override { return "union"; }
  std::size_t partitions() const override { return begins_.back(); }
  void produce(task& t, std::size_t partition, chunk_consumer<T>& to) const override {
    const auto k = static_cast<std::size_t>(std::upper_bound(begins_.begin(), begins_.end(), partition) - begins_.begin()) - 1;
    branches_[k]->produce(t, partition - begins_[k], to);
  }

 private:
  branches branches_;
  std::vector<std::size_t> begins_{0};
};

}  // namespace core

struct union_of_fn {
  template <core::dataset_source D, core::dataset_source... Ds>
  auto operator()(const D& first, const Ds&... others) const {
    using T = core::dataset_value_t<D>;
    constexpr bool same = (std::same_as<T, core::dataset_value_t<Ds>> && ...);
    static_assert(same,
                  "leat: a union needs datasets of one element type; map the others to it first; docs/errors.md#union-types");
    if constexpr (same)
      return dataset<T>(std::make_shared<core::union_lineage<T>>(
          typename core::union_lineage<T>::branches{first.erase().node(), others.erase().node()...}));
    else
      return core::poison{};
  }
};

/// The elements of all the datasets, one dataset after the other, duplicates kept. Throws `usage_error` where they have
/// different contexts.
inline constexpr union_of_fn union_of{};

template <class... Ds>
struct union_with_stage : core::dataset_stage {
  std::tuple<Ds...> others;

  explicit union_with_stage(Ds... ds) : others(std::move(ds)...) {}

  template <core::dataset_source D>
  auto apply(const D& first) && {
    return std::apply([&](const Ds&... ds) { return union_of(first, ds...); }, others);
  }
};

struct union_with_fn {
  template <core::dataset_source... Ds>
  auto operator()(Ds... others) const {
    return union_with_stage<Ds...>(std::move(others)...);
  }
};

/// `a | union_with(b, c)`: union_of(a, b, c).
inline constexpr union_with_fn union_with{};

}  // namespace leat

#endif
