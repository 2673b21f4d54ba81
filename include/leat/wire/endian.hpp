// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_ENDIAN_HPP
#define LEAT_WIRE_ENDIAN_HPP

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace leat::wire {

template <std::unsigned_integral T>
constexpr T swap_bytes(T x) {
  if constexpr (sizeof(T) == 1) {
    return x;
  } else if constexpr (sizeof(T) == 2) {
    return __builtin_bswap16(x);
  } else if constexpr (sizeof(T) == 4) {
    return __builtin_bswap32(x);
  } else {
    return __builtin_bswap64(x);
  }
}

/// The integer whose bytes in memory are those of `x`, little-endian; and back.
template <std::integral T>
constexpr T little(T x) {
  if constexpr (std::endian::native == std::endian::little) return x;
  return static_cast<T>(swap_bytes(static_cast<std::make_unsigned_t<T>>(x)));
}

template <std::unsigned_integral T>
char* put_little(char* out, T x) {
  if constexpr (std::endian::native == std::endian::big) x = swap_bytes(x);
  std::memcpy(out, &x, sizeof x);
  return out + sizeof x;
}

template <std::unsigned_integral T>
char* put_big(char* out, T x) {
  if constexpr (std::endian::native == std::endian::little) x = swap_bytes(x);
  std::memcpy(out, &x, sizeof x);
  return out + sizeof x;
}

template <std::unsigned_integral T>
T get_little(const char* in) {
  T x;
  std::memcpy(&x, in, sizeof x);
  if constexpr (std::endian::native == std::endian::big) x = swap_bytes(x);
  return x;
}

template <std::unsigned_integral T>
T get_big(const char* in) {
  T x;
  std::memcpy(&x, in, sizeof x);
  if constexpr (std::endian::native == std::endian::little) x = swap_bytes(x);
  return x;
}

/// Copies numbers of `Width` bytes each from this machine's order to little-endian, or back.
template <std::size_t Width>
void copy_little(char* to, const char* from, std::size_t bytes) {
  if constexpr (std::endian::native == std::endian::little || Width == 1) {
    if (bytes != 0) std::memcpy(to, from, bytes);
  } else {
    for (std::size_t i = 0; i != bytes; ++i) to[i] = from[i / Width * Width + (Width - 1 - i % Width)];
  }
}

}  // namespace leat::wire

#endif
