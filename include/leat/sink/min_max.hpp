// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_MIN_MAX_HPP
#define LEAT_SINK_MIN_MAX_HPP

#include <leat/core/pipeline.hpp>
#include <leat/kit/order.hpp>

namespace leat::core {

template <class F, class P>
struct min_max_sink : sink_base {
  core::order<F, P> by;

  constexpr min_max_sink(F f, P projection) : by{std::move(f), std::move(projection)} {}

  template <class In>
  static consteval bool accepts() {
    constexpr bool ordered = core::order<F, P>::template orders<value_t<In>>;
    static_assert(
        ordered || core::undeclared<In, ordered>(),
        "leat: min_max must be able to compare elements; give it a comparison or a projection; docs/errors.md#min-max-order");
    constexpr bool copies = std::copy_constructible<value_t<In>>;
    static_assert(copies || !ordered,
                  "leat: min_max copies the element that is both least and greatest, and these only move; use min or max; "
                  "docs/errors.md#min-max-element");
    return ordered && copies;
  }

  template <class In>
  struct state {
    using value = value_t<In>;

    core::extreme<F, P, In, false> least;
    core::extreme<F, P, In, true> greatest;

    constexpr explicit state(const min_max_sink& k) : least(k.by), greatest(k.by) {}

    constexpr bool start(start_info) { return true; }
    constexpr bool operator()(In&& x) {
      if constexpr (decltype(least)::plain) {
        least(std::forward<In>(x));
        greatest(std::forward<In>(x));
      } else if (least.empty()) {
        least.best.emplace(std::as_const(x));
        greatest.best.emplace(std::forward<In>(x));
      } else if (least.better(std::as_const(x))) {
        if (greatest.better(std::as_const(x))) greatest.best.emplace(std::as_const(x));  // both have been NaN
        least.best.emplace(std::forward<In>(x));
      } else if (greatest.better(std::as_const(x))) {
        greatest.best.emplace(std::forward<In>(x));
      }
      return true;
    }
    constexpr void merge(state&& other) {
      least.merge(std::move(other.least));
      greatest.merge(std::move(other.greatest));
    }
    constexpr std::pair<value, value> result() {
      if (least.empty()) throw empty_dataset("min_max of no elements");
      return {least.result(), greatest.result()};
    }
  };
};

struct min_max_fn {
  template <class F = std::less<>, class P = std::identity>
  constexpr auto operator()(F compare = {}, P projection = {}) const {
    return min_max_sink<F, P>(std::move(compare), std::move(projection));
  }
};

}  // namespace leat::core

namespace leat {

/// The least and the greatest element in one pass, the first of equal ones each, as `std::pair`; compared as by `min` and
/// `max`, NaN last. Throws `empty_dataset` where there is none.
inline constexpr core::min_max_fn min_max{};

}  // namespace leat

#endif
