// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_KIT_ORDER_HPP
#define LEAT_KIT_ORDER_HPP

#include <leat/core/error.hpp>
#include <leat/core/maybe.hpp>
#include <leat/core/stage.hpp>
#include <leat/kit/nan.hpp>

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

  /// Whether `a` is better than `b`: stands before it, or behind it where the `Greatest` is wanted. NaN is worse than all else,
  /// whichever is wanted, so that neither the elements' sequence nor their partitions decide.
  template <bool Greatest, class T>
  constexpr bool better(const T& a, const T& b) {
    if constexpr (compares<T>) {
      return better_key<Greatest>(f, std::invoke(projection, a), std::invoke(projection, b));
    } else {
      std::less<> less;
      return better_key<Greatest>(less, std::invoke(f, a), std::invoke(f, b));
    }
  }

 private:
  template <bool Greatest, class G, class K>
  static constexpr bool better_key(G& g, K&& a, K&& b) {
    using key = value_t<K>;
    if constexpr (may_be_nan<key> && plain_order<G>) {
      return better_value < Greatest != reverse_order<G>, key > (a, b);
    } else if constexpr (std::floating_point<key>) {
      const bool a_is = is_nan(a), b_is = is_nan(b);
      if (a_is || b_is) {
        // A comparison of the caller's own may have a place for NaN.
        if (in_order<Greatest>(g, a, b) || in_order<Greatest>(g, b, a)) return in_order<Greatest>(g, a, b);
        return !a_is;
      }
    }
    return in_order<Greatest>(g, std::forward<K>(a), std::forward<K>(b));
  }
  template <bool Greatest, class G, class K, class L>
  static constexpr bool in_order(G& g, K&& a, L&& b) {
    return Greatest ? std::invoke(g, std::forward<L>(b), std::forward<K>(a))
                    : std::invoke(g, std::forward<K>(a), std::forward<L>(b));
  }
};

/// The state of max (`Greatest`) and min: the first of the best elements so far. NaN is the result where there is nothing else.
template <class F, class P, class In, bool Greatest>
struct extreme {
  using value = value_t<In>;
  // Numbers by `<` are compared without a branch, which vectorises for integers. NaN is not less, nor greater, than the first
  // bound.
  static constexpr bool plain =
      (std::integral<value> || std::floating_point<value>) && std::same_as<F, std::less<>> && std::same_as<P, std::identity>;
  using kept = std::conditional_t<plain, value, char>;
  using limits = std::numeric_limits<kept>;

  order<F, P> by;
  maybe<value> best{};
  kept bound = limits::has_infinity ? (Greatest ? -limits::infinity() : limits::infinity())
                                    : (Greatest ? limits::lowest() : limits::max());
  bool any = false, numbers = !std::floating_point<value>;

  constexpr explicit extreme(order<F, P> o) : by(std::move(o)) {}

  constexpr bool start(start_info) { return true; }
  constexpr bool operator()(In&& x) {
    if constexpr (plain) {
      take(x);
      any = true;
      if constexpr (std::floating_point<value>) numbers |= x == x;
    } else if (!best || better(std::as_const(x))) {
      best.emplace(std::forward<In>(x));
    }
    return true;
  }
  constexpr void merge(extreme&& other) {
    if constexpr (plain) {
      take(other.bound);
      any = any || other.any;
      numbers = numbers || other.numbers;
    } else if (other.best && (!best || better(*other.best))) {
      best.emplace(std::move(*other.best));
    }
  }
  constexpr bool empty() const { return plain ? !any : !best; }
  constexpr bool better(const value& x) { return by.template better<Greatest>(x, *best); }
  constexpr value result() {
    if (empty()) throw empty_dataset(Greatest ? "max of no elements" : "min of no elements");
    if constexpr (plain)
      return numbers ? bound : limits::quiet_NaN();
    else
      return std::move(*best);
  }

 private:
  constexpr void take(const value& x) { bound = (Greatest ? x > bound : x < bound) ? x : bound; }
};

}  // namespace leat::core

#endif
