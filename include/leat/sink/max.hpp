// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_MAX_HPP
#define LEAT_SINK_MAX_HPP

#include <leat/core/error.hpp>
#include <leat/core/order.hpp>
#include <leat/core/pipeline.hpp>

#include <limits>
#include <optional>

namespace leat {

template <class F, class P>
struct max_sink : sink_base {
  core::order<F, P> before;

  constexpr max_sink(F f, P projection) : before{std::move(f), std::move(projection)} {}

  template <class In>
  static consteval bool accepts() {
    constexpr bool ordered = core::order<F, P>::template orders<value_t<In>>;
    static_assert(ordered,
                  "leat: max must be able to compare elements; give it a comparison or a projection; docs/errors.md#max-order");
    if constexpr (ordered)
      return core::accepts_kept<In>();
    else
      return false;
  }

  template <class In>
  struct state {
    using value = value_t<In>;
    // Integers by `<` are compared without a branch, which vectorises.
    static constexpr bool plain = std::integral<value> && std::same_as<F, std::less<>> && std::same_as<P, std::identity>;

    core::order<F, P> before;
    std::optional<value> best{};
    std::conditional_t<plain, value, char> bound = std::numeric_limits<decltype(bound)>::min();
    bool any = false;

    constexpr explicit state(const max_sink& k) : before(k.before) {}
    constexpr explicit state(max_sink&& k) : before(std::move(k.before)) {}

    constexpr bool start(size_hint) { return true; }
    constexpr bool operator()(In&& x) {
      if constexpr (plain) {
        if (x > bound) bound = x;
        any = true;
      } else if (!best || before(*best, std::as_const(x))) {
        best.emplace(std::forward<In>(x));
      }
      return true;
    }
    constexpr void merge(state&& other) {
      if constexpr (plain) {
        if (other.bound > bound) bound = other.bound;
        any = any || other.any;
      } else if (other.best && (!best || before(*best, *other.best))) {
        best.emplace(std::move(*other.best));
      }
    }
    constexpr value result() {
      if (plain ? !any : !best) throw empty_dataset("max of no elements");
      if constexpr (plain)
        return bound;
      else
        return std::move(*best);
    }
  };
};

struct max_fn {
  template <class F = std::less<>, class P = std::identity>
  constexpr auto operator()(F compare = {}, P projection = {}) const {
    return max_sink<F, P>(std::move(compare), std::move(projection));
  }
};

/// The greatest element, the first of equal ones: by `<`, a comparison, a projection, or a comparison of projections.
/// Throws `empty_dataset` where there is none.
inline constexpr max_fn max{};

}  // namespace leat

#endif
