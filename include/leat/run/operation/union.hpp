// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_OPERATION_UNION_HPP
#define LEAT_RUN_OPERATION_UNION_HPP

#include <leat/run/dataset/dataset_stage.hpp>

namespace leat::core {

/// The partitions of several datasets, one dataset after the other. A union of unions is read as one of all that they join, so
/// a loop that adds to a union builds, plans and reads in linear time.
template <class T>
class union_lineage final : public lineage<T> {
 public:
  explicit union_lineage(parents all) : lineage<T>(all.front()->home(), all, partitions_of(all)) {
    for (auto const& b : all)
      if (b->home() != this->home()) throw usage_error("union: the datasets come from different contexts");
  }

  const char* name() const override { return "union"; }
  bool joins() const override { return true; }
  void plan(job& j, const reading& by, std::vector<reading>& into) const override {
    auto& out = j.plan(*this);
    if (!out.data) out.keep(new branches(*this));
    for (auto* b : static_cast<branches*>(out.data.get())->all) into.push_back({b, by.fragile, by.depth + 1});
  }
  void produce(task& t, std::size_t partition, chunk_consumer<T>& to) const override {
    const auto& [all, begins] = *static_cast<const branches*>(t.of->made(*this).data.get());
    const auto k = static_cast<std::size_t>(std::upper_bound(begins.begin(), begins.end(), partition) - begins.begin()) - 1;
    static_cast<const lineage<T>*>(all[k])->produce(t, partition - begins[k], to);
  }

 private:
  struct branches final : job_data {
    std::vector<const lineage_node*> all{};
    std::vector<std::size_t> begins{0};

    explicit branches(const union_lineage& top) { joined(top, all, begins); }
  };
};

struct union_of_fn {
  template <core::dataset_source D, core::dataset_source... Ds>
  auto operator()(const D& first, const Ds&... others) const {
    using T = core::dataset_value_t<D>;
    constexpr bool same = (std::same_as<T, core::dataset_value_t<Ds>> && ...);
    static_assert(same,
                  "leat: a union needs datasets of one element type; map the others to it first; docs/errors.md#union-types");
    if constexpr (same)
      return dataset<T>(make_node<core::union_lineage<T>>(core::parents{first.erase().node(), others.erase().node()...}));
    else
      return core::poison{};
  }
};

}  // namespace leat::core

namespace leat {

/// The elements of all the datasets, one dataset after the other, duplicates kept. Throws `usage_error` where they have
/// different contexts.
inline constexpr core::union_of_fn union_of{};

}  // namespace leat

namespace leat::core {

template <class... Ds>
struct [[nodiscard]] union_with_stage : dataset_stage {
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

}  // namespace leat::core

namespace leat {

/// `a | union_with(b, c)`: union_of(a, b, c).
inline constexpr core::union_with_fn union_with{};

}  // namespace leat

#endif
