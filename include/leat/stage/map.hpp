// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_MAP_HPP
#define LEAT_STAGE_MAP_HPP

#include <leat/core/pipeline.hpp>

namespace leat::core {

template <class F, class In, class Next>
struct map_node {
  F f;
  Next next;

  constexpr bool start(start_info n) { return next.start(n); }
  constexpr bool operator()(In&& x) { return next(std::invoke(f, std::forward<In>(x))); }
  constexpr void finish() { next.finish(); }
};

template <class F>
struct [[nodiscard]] map_stage : stage_base {
  static constexpr bool per_element = true;
  static constexpr bool at_most_one = true;

  F f;

  template <class In>
  using result = call_result_t<F&, In>;

  template <class In>
  static consteval bool accepts() {
    constexpr bool callable = std::invocable<F&, In>;
    static_assert(callable || core::undeclared<In, callable>(),
                  "leat: the function of map must accept the element; see In and F above; docs/errors.md#map-call");
    if constexpr (callable) {
      constexpr bool value = !std::is_void_v<result<In>>;
      static_assert(
          value, "leat: the function of map must return a value; use inspect or for_each for effects; docs/errors.md#map-void");
      return value;
    } else
      return false;
  }

  template <class In>
  static constexpr bool direct = std::invocable<const F&, In>;
  template <class In>
  static constexpr call_result_t<const F&, In> call(const map_stage& self, In&& x) {
    return std::invoke(self.f, std::forward<In>(x));
  }

  template <class In, class Self, class Next>
  static constexpr map_node<F, In, Next> bind(Self&& self, Next next) {
    return {std::forward<Self>(self).f, std::move(next)};
  }
};

struct map_fn {
  template <class F>
  constexpr auto operator()(F f) const {
    return map_stage<F>{{}, std::move(f)};
  }
};

}  // namespace leat::core

namespace leat {

/// Calls `f` on each element and passes on what it returns. Keeps order and count.
inline constexpr core::map_fn map{};

}  // namespace leat

#endif
