// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_NAN_HPP
#define LEAT_CORE_NAN_HPP

#include <compare>
#include <concepts>
#include <functional>

namespace leat::core {

/// Types of which some values have no place in their own order: floating point numbers, and what holds one and is compared by
/// it, such as a pair, a tuple, an optional, a vector, or a struct whose `<=>` is the default.
template <class T>
concept may_be_nan =
    std::floating_point<T> || (std::three_way_comparable<T> && !std::three_way_comparable<T, std::weak_ordering>);

/// Whether a value is NaN, or holds one that takes its place in the order from it.
template <class T>
constexpr bool is_nan(const T& x) {
  if constexpr (std::floating_point<T>)
    return x != x;
  else if constexpr (may_be_nan<T>)
    return (x <=> x) != 0;
  else
    return false;
}

/// Comparisons by the values' own order, which knows no NaN; any other may have a place for it.
template <class F>
inline constexpr bool plain_order = false;
template <class T>
inline constexpr bool plain_order<std::less<T>> = true;
template <class T>
inline constexpr bool plain_order<std::greater<T>> = true;
template <>
inline constexpr bool plain_order<std::ranges::less> = true;
template <>
inline constexpr bool plain_order<std::ranges::greater> = true;

}  // namespace leat::core

#endif
