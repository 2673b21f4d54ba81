// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_DATASET_DATASET_STAGE_HPP
#define LEAT_RUN_DATASET_DATASET_STAGE_HPP

#include <leat/kit/part_count.hpp>
#include <leat/run/dataset/dataset.hpp>
#include <leat/run/engine/stored_partitions.hpp>

namespace leat::core {

template <class D>
concept dataset_source = source<D> && requires(const D& d) { d.erase(); };

/// What `erase` yields: dataset<T>.
template <class D>
using erased_t = std::remove_cvref_t<decltype(std::declval<const D&>().erase())>;
template <class D>
using dataset_value_t = typename erased_t<std::remove_cvref_t<D>>::value_type;

/// Base of stages that take a whole dataset: they have `apply(dataset)`.
struct dataset_stage : stage_base {
  template <class In>
  using result = poison;

  template <class In>
  static consteval bool accepts() {
    static_assert(!sizeof(std::remove_reference_t<In>*),
                  "leat: this stage needs a dataset, not a range or a partition; write ctx.parallelize(range) | ...; "
                  "docs/errors.md#needs-dataset");
    return false;
  }
};

template <class T>
dataset<T> dataset_of(lineage_ptr<T> node) {
  return dataset<T>(std::move(node));
}

}  // namespace leat::core

#endif
