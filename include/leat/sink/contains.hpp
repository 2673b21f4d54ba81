// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_CONTAINS_HPP
#define LEAT_SINK_CONTAINS_HPP

#include <leat/kit/search.hpp>

namespace leat::core {

// Whether an element equals the value; integers are compared as numbers, of whatever sign their types are.
template <class T>
struct equals {
  T value;

  template <class X>
  constexpr auto operator()(const X& x) const
    requires requires {
      { x == value } -> std::convertible_to<bool>;
    }
  {
    if constexpr (std::integral<X> && std::integral<T>) {
      if constexpr (std::signed_integral<X> && std::unsigned_integral<T>)
        return x >= 0 && static_cast<std::make_unsigned_t<X>>(x) == value;
      else if constexpr (std::unsigned_integral<X> && std::signed_integral<T>)
        return value >= 0 && x == static_cast<std::make_unsigned_t<T>>(value);
      else
        return x == value;
    } else
      return static_cast<bool>(x == value);
  }
};

template <class T>
struct contains_sink : sink_base {
  static constexpr bool stops_early = true;

  equals<T> same;

  constexpr explicit contains_sink(T value) : same{std::move(value)} {}

  template <class In>
  static consteval bool accepts() {
    constexpr bool comparable = core::asks<equals<T>, In>;
    static_assert(comparable || core::undeclared<In, comparable>(),
                  "leat: contains must be able to compare elements with its value by ==; docs/errors.md#contains-element");
    return comparable;
  }

  template <class In>
  struct state : core::search<equals<T>, In, true, true> {
    constexpr explicit state(const contains_sink& k) : core::search<equals<T>, In, true, true>(k.same) {}
    constexpr explicit state(contains_sink&& k) : core::search<equals<T>, In, true, true>(std::move(k.same)) {}
  };
};

struct contains_fn {
  template <class T>
  constexpr auto operator()(T value) const {
    return contains_sink<T>(std::move(value));
  }
};

}  // namespace leat::core

namespace leat {

/// Whether an element equals `value`; asks for none behind it.
inline constexpr core::contains_fn contains{};

}  // namespace leat

#endif
