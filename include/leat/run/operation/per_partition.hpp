// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_OPERATION_PER_PARTITION_HPP
#define LEAT_RUN_OPERATION_PER_PARTITION_HPP

#include <leat/run/engine/chain.hpp>

namespace leat::core {

template <class P>
struct [[nodiscard]] per_partition_stage : stage_base {
  static constexpr bool per_element = true;  // nothing of it reaches beyond a partition
  static constexpr bool at_most_one = P::at_most_one;
  static constexpr bool boundary = P::boundary;

  P pipeline;

  constexpr explicit per_partition_stage(P p) : pipeline(std::move(p)) {}

  template <class In>
  using result = typename P::template result<In>;

  template <class In>
  static consteval bool accepts() {
    return P::template accepts<In>();
  }

  template <class In, class Self, class Next>
  static constexpr auto bind(Self&& self, Next next) {
    return P::template bind<In>(std::forward<Self>(self).pipeline, std::move(next));
  }
};

}  // namespace leat::core

namespace leat {

template <class P>
inline constexpr bool core::has_boundary<core::per_partition_stage<P>> = core::has_boundary<P>;

}  // namespace leat

namespace leat::core {

struct per_partition_fn {
  template <core::stage P>
  constexpr auto operator()(P pipeline) const {
    return per_partition_stage<P>(std::move(pipeline));
  }
};

}  // namespace leat::core

namespace leat {

/// Runs any pipeline over each partition by itself: `per_partition(take(3))` passes the first three of every partition. A plain
/// range is one partition.
inline constexpr core::per_partition_fn per_partition{};

}  // namespace leat

#endif
