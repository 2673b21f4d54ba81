// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_STATS_HPP
#define LEAT_SINK_STATS_HPP

#include <leat/core/pipeline.hpp>
#include <leat/kit/deviations.hpp>

#include <limits>

namespace leat {

/// What `stats` yields. `variance` is the population's. Of no elements all but `count` is NaN.
struct statistics {
  std::size_t count = 0;
  double mean = std::numeric_limits<double>::quiet_NaN();
  double variance = std::numeric_limits<double>::quiet_NaN();
  double min = std::numeric_limits<double>::quiet_NaN();
  double max = std::numeric_limits<double>::quiet_NaN();

  /// The estimate from a sample, over count - 1; NaN of fewer than two elements.
  constexpr double sample_variance() const {
    const double n = static_cast<double>(count);
    return count < 2 ? std::numeric_limits<double>::quiet_NaN() : variance * (n / (n - 1));
  }
  /// The square root of `variance`.
  double deviation() const { return __builtin_sqrt(variance); }
};

}  // namespace leat

namespace leat::core {

struct stats_sink : sink_base {
  template <class In>
  static consteval bool accepts() {
    constexpr bool number = std::convertible_to<In, double>;
    static_assert(number || core::undeclared<In, number>(),
                  "leat: stats needs numbers; map to a number first; docs/errors.md#stats-element");
    return number;
  }

  template <class In>
  struct state {
    core::deviations squares{};
    core::block_sum sum{};
    double min = std::numeric_limits<double>::infinity(), max = -std::numeric_limits<double>::infinity();

    constexpr bool start(start_info) { return true; }
    constexpr bool operator()(In&& element) {
      const double x = static_cast<double>(std::forward<In>(element));
      squares.add(x);
      sum.add(x);
      min = x < min ? x : min;
      max = x > max ? x : max;
      return true;
    }
    constexpr void merge(state&& other) {
      squares.add(other.squares);
      sum.add(other.sum);
      min = other.min < min ? other.min : min;
      max = other.max > max ? other.max : max;
    }
    constexpr statistics result() {
      squares.close();
      if (squares.n == 0) return {};
      constexpr double none = std::numeric_limits<double>::quiet_NaN(), most = std::numeric_limits<double>::max();
      const double n = static_cast<double>(squares.n), total = sum.value();
      const bool finite = min >= -most && max <= most && total == total;
      statistics all{squares.n, total / n, none, min > max ? none : min, min > max ? none : max};
      if (finite) {
        if (!core::is_finite(total)) all.mean = squares.mean();
        all.variance = squares.total() / n;
      }
      return all;
    }
  };
};

}  // namespace leat::core

namespace leat {

/// Count, mean, variance, least and greatest of numbers in one pass, as `statistics`. A NaN among them makes mean and variance
/// NaN, an infinity the variance; least and greatest are of the other numbers. Neither the numbers' sequence nor their
/// partitions show beyond the last few bits.
constexpr core::stats_sink stats() { return {}; }

}  // namespace leat

#endif
