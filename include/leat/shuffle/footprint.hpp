// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SHUFFLE_FOOTPRINT_HPP
#define LEAT_SHUFFLE_FOOTPRINT_HPP

#include <leat/shuffle/block.hpp>

namespace leat::core {

/// Estimated bytes that `x` holds outside itself: the memory of strings and containers, also inside pairs, tuples and
/// optionals.
template <class T>
std::size_t heap_bytes(const T& x) {
  if constexpr (trivially_moved<T> || std::is_trivially_copyable_v<T>) {
    return 0;
  } else if constexpr (requires {
                         x.capacity();
                         x.c_str();
                       }) {
    return x.capacity() >= sizeof(T) / 2 ? (x.capacity() + 1) * sizeof(*x.c_str()) : 0;
  } else if constexpr (requires {
                         x.capacity();
                         x.begin();
                         x.end();
                       }) {
    std::size_t n = x.capacity() * sizeof(typename T::value_type);
    for (const auto& y : x) n += heap_bytes<typename T::value_type>(y);
    return n;
  } else if constexpr (requires {
                         x.size();
                         x.begin();
                         x.end();
                         typename T::value_type;
                       }) {
    std::size_t n = x.size() * (sizeof(typename T::value_type) + 4 * sizeof(void*));  // a node's links
    for (const auto& y : x) n += heap_bytes<typename T::value_type>(y);
    return n;
  } else if constexpr (requires {
                         x.first;
                         x.second;
                       }) {
    return heap_bytes(x.first) + heap_bytes(x.second);
  } else if constexpr (requires {
                         x.has_value();
                         *x;
                       }) {
    return x.has_value() ? heap_bytes(*x) : 0;
  } else if constexpr (requires { x.heap_bytes(); }) {
    return x.heap_bytes();
  } else {
    return 0;
  }
}

/// Estimated bytes of many elements: measured on at most 64 of them.
template <class T>
std::size_t footprint(slice<const T> xs) {
  std::size_t n = xs.size() * sizeof(T);
  if constexpr (!trivially_moved<T> && !std::is_trivially_copyable_v<T>) {
    const std::size_t step = xs.size() / 64 + 1;
    std::size_t heap = 0, seen = 0;
    for (std::size_t i = 0; i < xs.size(); i += step, ++seen) heap += heap_bytes(xs[i]);
    if (seen > 0) n += heap / seen * xs.size();
  }
  return n;
}

}  // namespace leat::core

#endif
