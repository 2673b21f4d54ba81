// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_ORDER_HPP
#define LEAT_CORE_ORDER_HPP

#include <leat/core/stage.hpp>

namespace leat::core {

/// How min, max and top compare: by a comparison, of a projection where one is given; or by `<` of the one function given.
template <class F, class P>
struct order {
  F f;
  P projection;

  template <class T>
  static constexpr bool compares = requires(F& c, P& p, const T& x) {
    { std::invoke(c, std::invoke(p, x), std::invoke(p, x)) } -> std::convertible_to<bool>;
  };
  template <class T>
  static constexpr bool projects = std::same_as<P, std::identity> && requires(F& p, const T& x) {
    { std::invoke(p, x) < std::invoke(p, x) } -> std::convertible_to<bool>;
  };
  template <class T>
  static constexpr bool orders = compares<T> || projects<T>;

  /// Whether `a` stands before `b`.
  template <class T>
  constexpr bool operator()(const T& a, const T& b) {
    if constexpr (compares<T>)
      return std::invoke(f, std::invoke(projection, a), std::invoke(projection, b));
    else
      return std::invoke(f, a) < std::invoke(f, b);
  }
};

}  // namespace leat::core

#endif
