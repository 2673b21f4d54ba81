// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_MAX_HPP
#define LEAT_SINK_MAX_HPP

#include <leat/core/pipeline.hpp>
#include <leat/kit/order.hpp>

namespace leat::core {

template <class F, class P>
struct max_sink : sink_base {
  core::order<F, P> by;

  constexpr max_sink(F f, P projection) : by{std::move(f), std::move(projection)} {}

  template <class In>
  static consteval bool accepts() {
    constexpr bool ordered = core::order<F, P>::template orders<value_t<In>>;
    static_assert(ordered || core::undeclared<In, ordered>(),
                  "leat: max must be able to compare elements; give it a comparison or a projection; docs/errors.md#max-order");
    if constexpr (ordered)
      return core::accepts_kept<In>();
    else
      return false;
  }

  template <class In>
  struct state : core::extreme<F, P, In, true> {
    constexpr explicit state(const max_sink& k) : core::extreme<F, P, In, true>(k.by) {}
    constexpr explicit state(max_sink&& k) : core::extreme<F, P, In, true>(std::move(k.by)) {}
  };
};

struct max_fn {
  template <class F = std::less<>, class P = std::identity>
  constexpr auto operator()(F compare = {}, P projection = {}) const {
    return max_sink<F, P>(std::move(compare), std::move(projection));
  }
};

}  // namespace leat::core

namespace leat {

/// The greatest element, the first of equal ones: by `<`, a comparison, a projection, or a comparison of projections; NaN only
/// where there is nothing else. Throws `empty_dataset` where there is none.
inline constexpr core::max_fn max{};

}  // namespace leat

#endif
