// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_MEAN_HPP
#define LEAT_SINK_MEAN_HPP

#include <leat/core/pipeline.hpp>
#include <leat/kit/exact_sum.hpp>

#include <limits>

namespace leat::core {

template <class P>
struct mean_sink : sink_base {
  P projection;

  constexpr explicit mean_sink(P p) : projection(std::move(p)) {}

  template <class In>
  static consteval bool accepts() {
    constexpr bool number = std::convertible_to<call_result_t<P&, In>, double> && std::invocable<P&, In>;
    static_assert(number || core::undeclared<In, number>(),
                  "leat: mean needs numbers, or a projection to one; docs/errors.md#mean-element");
    return number;
  }

  template <class In>
  struct state {
    P projection;
    core::block_sum sum{};
    std::size_t n = 0;

    constexpr explicit state(const mean_sink& k) : projection(k.projection) {}
    constexpr explicit state(mean_sink&& k) : projection(std::move(k.projection)) {}

    constexpr bool start(start_info) { return true; }
    constexpr bool operator()(In&& x) {
      sum.add(static_cast<double>(std::invoke(projection, std::forward<In>(x))));
      ++n;
      return true;
    }
    constexpr void merge(state&& other) {
      sum.add(other.sum);
      n += other.n;
    }
    constexpr double result() {
      return n == 0 ? std::numeric_limits<double>::quiet_NaN() : sum.value() / static_cast<double>(n);
    }
  };
};

struct mean_fn {
  template <class P = std::identity>
  constexpr auto operator()(P projection = {}) const {
    return mean_sink<P>(std::move(projection));
  }
};

}  // namespace leat::core

namespace leat {

/// The mean of numbers, or of what a projection makes of the elements, as `double`; NaN of none. The sum is kept with its
/// rounding errors, so that neither the numbers' sequence nor their partitions show.
inline constexpr core::mean_fn mean{};

}  // namespace leat

#endif
