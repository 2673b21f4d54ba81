// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_ORDER_HPP
#define LEAT_CORE_ORDER_HPP

#include <leat/core/error.hpp>
#include <leat/core/maybe.hpp>
#include <leat/core/stage.hpp>

#include <limits>

namespace leat::core {

/// How min, max, min_max and top compare: by a comparison, of a projection where one is given; or by `<` of the one function
/// given.
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

/// The state of max (`Greatest`) and min: the first of the best elements so far.
template <class F, class P, class In, bool Greatest>
struct extreme {
  using value = value_t<In>;
  // Integers by `<` are compared without a branch, which vectorises.
  static constexpr bool plain = std::integral<value> && std::same_as<F, std::less<>> && std::same_as<P, std::identity>;
  using kept = std::conditional_t<plain, value, char>;

  order<F, P> before;
  maybe<value> best{};
  kept bound = Greatest ? std::numeric_limits<kept>::min() : std::numeric_limits<kept>::max();
  bool any = false;

  constexpr explicit extreme(order<F, P> o) : before(std::move(o)) {}

  constexpr bool start(size_hint) { return true; }
  constexpr bool operator()(In&& x) {
    if constexpr (plain) {
      take(x);
      any = true;
    } else if (!best || better(std::as_const(x))) {
      best.emplace(std::forward<In>(x));
    }
    return true;
  }
  constexpr void merge(extreme&& other) {
    if constexpr (plain) {
      take(other.bound);
      any = any || other.any;
    } else if (other.best && (!best || better(*other.best))) {
      best.emplace(std::move(*other.best));
    }
  }
  constexpr bool empty() const { return plain ? !any : !best; }
  constexpr bool better(const value& x) { return Greatest ? before(*best, x) : before(x, *best); }
  constexpr value result() {
    if (empty()) throw empty_dataset(Greatest ? "max of no elements" : "min of no elements");
    if constexpr (plain)
      return bound;
    else
      return std::move(*best);
  }

 private:
  constexpr void take(const value& x) { bound = (Greatest ? x > bound : x < bound) ? x : bound; }
};

}  // namespace leat::core

#endif
