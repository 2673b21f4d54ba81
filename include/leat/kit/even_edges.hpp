// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_KIT_EVEN_EDGES_HPP
#define LEAT_KIT_EVEN_EDGES_HPP

#include <leat/core/error.hpp>
#include <leat/kit/exact_sum.hpp>

#include <bit>
#include <cstdint>
#include <string>
#include <vector>

namespace leat::core {

/// Edges of `n` buckets of one width, each the number nearest to `low + (high - low) * i / n`: one that is a double is exact.
class even_edges {
 public:
  /// `low` and `high` are finite. Throws `usage_error` where two edges would be one number.
  template <class = void>  // to compile it only where it is called
  static constexpr std::vector<double> of(double low, double high, std::size_t n) {
    const double largest = -low > high ? -low : high, buckets = static_cast<double>(n);
    // Told before memory is taken: there are not so many numbers, or no two so near the outer ones.
    if (place(high) - place(low) < n || high / buckets - low / buckets < largest * 0x1p-54) throw too_narrow(n);
    const even_edges edge(low, high, largest, buckets);
    std::vector<double> all(n + 1, high);
    all[0] = low;
    for (std::size_t i = 1; i < n; ++i) all[i] = edge(static_cast<double>(i));
    for (std::size_t i = 0; i < n; ++i)
      if (!(all[i] < all[i + 1])) throw too_narrow(n);
    return all;
  }

 private:
  // No product may be too large, nor the loss of one too small.
  constexpr even_edges(double low, double high, double largest, double n)
      : scale_(largest > 0x1p900    ? 0x1p-100
               : largest < 0x1p-800 ? 0x1p200
                                    : 1),
        low_(low * scale_),
        high_(high * scale_),
        n_(n) {}

  constexpr double operator()(double i) const {
    exact_sum sum = product(low_, n_ - i);
    sum.add(product(high_, i));
    const double quotient = sum.sum / n_;
    const exact_sum back = product(quotient, n_);
    const double rest = ((sum.sum - back.sum) - back.lost) + sum.lost;
    return (quotient + rest / n_) / scale_;
  }

  /// A product with its rounding error: of halves, whose products are exact (Dekker, "A floating-point technique for extending
  /// the available precision", 1971).
  static constexpr exact_sum product(double a, double b) {
    const double a1 = upper_half(a), a2 = a - a1, b1 = upper_half(b), b2 = b - b1, all = a * b;
    return {all, ((a1 * b1 - all) + a1 * b2 + a2 * b1) + a2 * b2};
  }
  static constexpr double upper_half(double x) {
    return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) & ~((std::uint64_t{1} << 27) - 1));
  }
  /// Where a number stands among all.
  static constexpr std::uint64_t place(double x) {
    const auto bits = std::bit_cast<std::uint64_t>(x), sign = std::uint64_t{1} << 63;
    return bits < sign ? sign + bits : sign - (bits - sign);
  }
  static usage_error too_narrow(std::size_t n) {
    return usage_error("histogram: " + std::to_string(n) +
                       " buckets between these edges are narrower than numbers are apart; take fewer, or wider ones");
  }

  double scale_, low_, high_, n_;
};

}  // namespace leat::core

#endif
