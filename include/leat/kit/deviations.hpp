// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_KIT_DEVIATIONS_HPP
#define LEAT_KIT_DEVIATIONS_HPP

#include <leat/kit/exact_sum.hpp>

#include <cstddef>

namespace leat::core {

/// The sum of squared deviations from the mean, in one pass: sums over a block of numbers shifted by the mean of all before it,
/// which no number can be far from without being so much the larger part of the result; blocks are joined by their means (Chan,
/// Golub, LeVeque, "Algorithms for computing the sample variance", The American Statistician 37, 1983). The mean is kept in two
/// parts: the second one is what the first cannot hold, without which it would stand still among many numbers.
struct deviations {
  static constexpr std::size_t largest = 256;  // of a block: so few additions lose nothing to speak of

  std::size_t n = 0;
  double near = 0, beyond = 0;  // the mean of the n numbers of closed blocks: near + beyond
  exact_sum squares{};
  double shifted = 0, shifted_squares = 0;  // of the open block: sums of x - near and of its square
  std::size_t block = 1, left = 1;          // the open block's size, and how many numbers it lacks

  constexpr void add(double x) {
    const double d = x - near;
    shifted += d;
    shifted_squares += d * d;
    if (--left == 0) close();
  }
  constexpr void close() {
    const std::size_t count = block - left;
    if (count != 0) join(count, shifted, shifted_squares);
    shifted = shifted_squares = 0;
    block = left = n == 0 ? 1 : n < largest ? n : largest;
  }
  constexpr void add(deviations other) {
    close();
    other.close();
    if (other.n == 0) return;
    if (n == 0) {
      *this = other;
      return;
    }
    const double a = static_cast<double>(n), b = static_cast<double>(other.n);
    const double apart = (other.near - near) + (other.beyond - beyond);
    squares.add(other.squares);
    squares.add(apart * apart * (a / (a + b) * b));
    n += other.n;
    move_to(beyond + apart * (b / (a + b)));
    close();
  }
  constexpr double mean() const { return near + beyond; }
  /// Infinite where the squares of finite numbers are.
  constexpr double total() const {
    const double all = squares.value();
    return all != all ? std::numeric_limits<double>::infinity() : all > 0 ? all : 0;
  }

 private:
  constexpr void join(std::size_t count, double sum, double sum_of_squares) {
    const double a = static_cast<double>(n), b = static_cast<double>(count);
    n += count;
    if (a == 0) {
      near = sum;
      return;
    }
    const double inside = sum_of_squares - sum * (sum / b), apart = sum / b - beyond;
    squares.add(inside > 0 || inside != inside ? inside : 0);
    squares.add(apart * apart * (a / (a + b) * b));
    move_to((a * beyond + sum) / (a + b));
  }
  // Where the step is no number, the numbers were infinite, or too far apart for their squares: any place will do then.
  constexpr void move_to(double step) {
    if (!is_finite(near + step)) return;
    exact_sum at{near};
    at.add(step);
    near = at.sum;
    beyond = at.lost;
  }
};

}  // namespace leat::core

#endif
