// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_STATS_HPP
#define LEAT_SINK_STATS_HPP

#include <leat/core/pipeline.hpp>

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

struct stats_sink : sink_base {
  template <class In>
  static consteval bool accepts() {
    constexpr bool number = std::convertible_to<In, double>;
    static_assert(number, "leat: stats needs numbers; map to a number first; docs/errors.md#stats-element");
    return number;
  }

  // Welford's update; Chan, Golub and LeVeque's merge.
  template <class In>
  struct state {
    std::size_t n = 0;
    double mean = 0, squares = 0;
    double min = std::numeric_limits<double>::infinity(), max = -std::numeric_limits<double>::infinity();

    constexpr bool start(size_hint) { return true; }
    constexpr bool operator()(In&& element) {
      const double x = static_cast<double>(std::forward<In>(element));
      ++n;
      const double from_old = x - mean;
      mean += from_old / static_cast<double>(n);
      squares += from_old * (x - mean);
      if (x < min) min = x;
      if (x > max) max = x;
      return true;
    }
    constexpr void merge(state&& other) {
      if (other.n == 0) return;
      if (n == 0) {
        *this = other;
        return;
      }
      const double a = static_cast<double>(n), b = static_cast<double>(other.n), apart = other.mean - mean;
      mean += apart * (b / (a + b));
      squares += other.squares + apart * apart * (a * b / (a + b));
      n += other.n;
      if (other.min < min) min = other.min;
      if (other.max > max) max = other.max;
    }
    constexpr statistics result() {
      if (n == 0) return {};
      constexpr double none = std::numeric_limits<double>::quiet_NaN();
      return {n, mean, squares / static_cast<double>(n), min > max ? none : min, min > max ? none : max};
    }
  };
};

/// Count, mean, variance, least and greatest of numbers in one pass, as `statistics`. A NaN among them makes mean and variance
/// NaN; least and greatest are of the other numbers.
constexpr stats_sink stats() { return {}; }

}  // namespace leat

#endif
