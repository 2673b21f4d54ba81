// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_KIT_NAN_HPP
#define LEAT_KIT_NAN_HPP

#include <array>
#include <compare>
#include <concepts>
#include <functional>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

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

template <class T>
inline constexpr bool has_parts = false;
template <class A, class B>
inline constexpr bool has_parts<std::pair<A, B>> = true;
template <class... T>
inline constexpr bool has_parts<std::tuple<T...>> = true;
template <class T>
inline constexpr bool has_items = false;
template <class T, class A>
inline constexpr bool has_items<std::vector<T, A>> = true;
template <class T, std::size_t N>
inline constexpr bool has_items<std::array<T, N>> = true;
template <class T>
inline constexpr bool may_have_none = false;
template <class T>
inline constexpr bool may_have_none<std::optional<T>> = true;

/// Whether `a` is better than `b`: less, or greater where the `Greatest` is wanted. NaN is worse than all else whichever is
/// wanted, also where it decides between pairs, tuples, vectors, arrays and optionals; a struct that holds one is last as a
/// whole.
template <bool Greatest, class T>
constexpr bool better_value(const T& a, const T& b) {
  if constexpr (std::floating_point<T>) {
    return !(Greatest ? a <= b : b <= a) && a == a;  // where `b` is NaN, too
  } else if constexpr (!may_be_nan<T>) {
    return Greatest ? b < a : a < b;
  } else if constexpr (has_parts<T>) {
    bool better = false;
    const auto decides = [&better](const auto& x, const auto& y) {
      better = better_value<Greatest>(x, y);
      return better || better_value<Greatest>(y, x);
    };
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      static_cast<void>((decides(std::get<I>(a), std::get<I>(b)) || ...));
    }(std::make_index_sequence<std::tuple_size_v<T>>());
    return better;
  } else if constexpr (has_items<T>) {
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
      if (better_value<Greatest>(a[i], b[i])) return true;
      if (better_value<Greatest>(b[i], a[i])) return false;
    }
    return Greatest ? b.size() < a.size() : a.size() < b.size();
  } else if constexpr (may_have_none<T>) {
    if (a && b) return better_value<Greatest>(*a, *b);
    return Greatest ? a && !b : b && !a;
  } else {
    return !is_nan(a) && (is_nan(b) || (Greatest ? b < a : a < b));
  }
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

template <class F>
inline constexpr bool reverse_order = std::same_as<F, std::ranges::greater>;
template <class T>
inline constexpr bool reverse_order<std::greater<T>> = true;

}  // namespace leat::core

#endif
