// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_FLAT_MAP_HPP
#define LEAT_STAGE_FLAT_MAP_HPP

#include <leat/core/pipeline.hpp>

namespace leat::core {

// What elements of a returned range R are pushed as. A view that is returned by value may own what its references lead to,
// and the reader of a pulled pipeline outlives it: such elements are copied.
template <class R>
struct flat_element {
  using type = core::poison;
};
template <std::ranges::input_range R>
struct flat_element<R> {
  using plain = core::element_t<R&>;
  using value = std::ranges::range_value_t<R>;
  static constexpr bool may_dangle = !std::is_lvalue_reference_v<R> && !std::ranges::enable_borrowed_range<value_t<R>> &&
                                     std::is_lvalue_reference_v<plain> && std::constructible_from<value, plain>;
  using type = std::conditional_t<may_dangle, value, plain>;
};
template <std::ranges::input_range R>
  requires core::owns_elements<R>
struct flat_element<R> {
  using type = core::moved_element_t<R&>;
};

template <class F, class In, class Next>
struct flat_map_node {
  using out = typename flat_element<call_result_t<F&, In>>::type;

  F f;
  Next next;

  constexpr bool start(start_info n) { return next.start(n.any()); }
  constexpr bool operator()(In&& x) {
    auto&& range = std::invoke(f, std::forward<In>(x));
    return core::push_each<out>(range, next);
  }
  constexpr void finish() { next.finish(); }
};

template <class F>
struct [[nodiscard]] flat_map_stage : stage_base {
  static constexpr bool per_element = true;

  F f;

  template <class In>
  using result = typename core::flat_element<call_result_t<F&, In>>::type;

  template <class In>
  static consteval bool accepts() {
    constexpr bool callable = std::invocable<F&, In>;
    static_assert(callable || core::undeclared<In, callable>(),
                  "leat: the function of flat_map must accept the element; see In and F above; docs/errors.md#flat-map-call");
    if constexpr (callable) {
      constexpr bool range = std::ranges::input_range<call_result_t<F&, In>>;
      static_assert(
          range,
          "leat: the function of flat_map must return a range; use map for a single value; docs/errors.md#flat-map-range");
      return range;
    } else
      return false;
  }

  template <class In, class Self, class Next>
  static constexpr flat_map_node<F, In, Next> bind(Self&& self, Next next) {
    return {std::forward<Self>(self).f, std::move(next)};
  }
};

struct flat_map_fn {
  template <class F>
  constexpr auto operator()(F f) const {
    return flat_map_stage<F>{{}, std::move(f)};
  }
};

}  // namespace leat::core

namespace leat {

/// Passes on the elements of the range that `f(element)` returns, in order. Those of a container returned by value are moved.
inline constexpr core::flat_map_fn flat_map{};

}  // namespace leat

#endif
