// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_KIT_EXACT_SUM_HPP
#define LEAT_KIT_EXACT_SUM_HPP

#include <cstddef>
#include <limits>

namespace leat::core {

constexpr bool is_finite(double x) {
  constexpr double most = std::numeric_limits<double>::max();
  return x >= -most && x <= most;
}

/// A sum together with what its roundings have lost (Knuth's TwoSum, "Seminumerical Algorithms", 4.2.2).
struct exact_sum {
  double sum = 0, lost = 0;

  constexpr void add(double x) {
    const double next = sum + x, part = next - sum;
    lost += (sum - (next - part)) + (x - part);
    sum = next;
  }
  constexpr void add(const exact_sum& other) {
    add(other.sum);
    lost += other.lost;
  }
  constexpr double value() const { return is_finite(sum) ? sum + lost : sum; }
};

/// The same for many numbers: they are added in blocks, within which few additions lose nothing to speak of.
class block_sum {
 public:
  constexpr void add(double x) {
    block_ += x;
    if (--left_ == 0) close();
  }
  constexpr void add(block_sum other) {
    close();
    other.close();
    all_.add(other.all_);
  }
  constexpr double value() {
    close();
    return all_.value();
  }

 private:
  constexpr void close() {
    all_.add(block_);
    block_ = 0;
    left_ = 256;
  }

  double block_ = 0;
  std::size_t left_ = 256;
  exact_sum all_{};
};

}  // namespace leat::core

#endif
