// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SOURCE_RANDOM_HPP
#define LEAT_SOURCE_RANDOM_HPP

#include <leat/core/error.hpp>
#include <leat/core/pipeline.hpp>

#include <cstdint>
#include <limits>

namespace leat::core {

// SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
class random_bits {
 public:
  constexpr explicit random_bits(std::uint64_t seed) : state_(seed) {}
  constexpr std::uint64_t operator()() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  friend constexpr bool operator==(const random_bits&, const random_bits&) = default;

 private:
  std::uint64_t state_;
};

/// How random bits become a `T` between two bounds: integers with both of them, floating point numbers without the upper one.
template <class T>
struct random_between {
  T low{}, high{};

  constexpr T operator()(random_bits& bits) const {
    if constexpr (std::floating_point<T>) {
      const T x = low + (high - low) * static_cast<T>(static_cast<double>(bits() >> 11) * 0x1p-53);
      return x < high ? x : low;  // the product may be rounded up
    } else {
      const std::uint64_t span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
      if (span == 0) return static_cast<T>(bits());
      const std::uint64_t uneven = (0 - span) % span;  // so many of the smallest are left out, and all are equally likely
      std::uint64_t x = bits();
      while (x < uneven) x = bits();
      return static_cast<T>(static_cast<std::uint64_t>(low) + x % span);
    }
  }
};

/// Random numbers without end. See `random`.
template <class T>
class random_range : public std::ranges::view_base {
 public:
  class iterator {
   public:
    using iterator_concept = std::input_iterator_tag;
    using iterator_category = std::input_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using reference = T;
    using pointer = void;

    constexpr iterator(random_bits bits, random_between<T> shape) : bits_(bits), shape_(shape) { ++*this; }

    constexpr T operator*() const { return now_; }
    constexpr iterator& operator++() {
      now_ = shape_(bits_);
      return *this;
    }
    constexpr void operator++(int) { ++*this; }

   private:
    random_bits bits_;
    random_between<T> shape_;
    T now_{};
  };

  constexpr random_range(std::uint64_t seed, random_between<T> shape) : bits_(seed), shape_(shape) {}
  constexpr iterator begin() const { return iterator(bits_, shape_); }
  constexpr std::unreachable_sentinel_t end() const { return {}; }

 private:
  random_bits bits_;
  random_between<T> shape_;
};

struct random_fn {
  constexpr random_range<std::uint64_t> operator()(std::uint64_t seed) const {
    return {seed, {0, static_cast<std::uint64_t>(-1)}};
  }
  template <class T>
    requires(std::integral<T> && sizeof(T) <= sizeof(std::uint64_t)) || std::floating_point<T>
  constexpr random_range<T> operator()(std::uint64_t seed, T low, std::type_identity_t<T> high) const {
    if (!(low <= high)) throw usage_error("random: the lower bound is above the upper one");
    if constexpr (std::floating_point<T>)
      if (!(high - low <= std::numeric_limits<T>::max()))
        throw usage_error("random: the bounds are not finite, or too far apart");
    return {seed, {low, high}};
  }
};

}  // namespace leat::core

namespace leat {

/// Random numbers without end, the same for the same seed on every machine: of 64 bits; integers from `low` to `high`, both
/// included; or floating point numbers from `low` to below `high`. Not for secrets. Throws `usage_error` where `low > high`.
inline constexpr core::random_fn random{};

}  // namespace leat

template <class T>
inline constexpr bool std::ranges::enable_borrowed_range<leat::core::random_range<T>> = true;

#endif
