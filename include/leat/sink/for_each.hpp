// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_FOR_EACH_HPP
#define LEAT_SINK_FOR_EACH_HPP

#include <leat/core/pipeline.hpp>

namespace leat::core {

template <class F>
struct for_each_sink : sink_base {
  static constexpr bool in_order = true;

  F f;

  constexpr explicit for_each_sink(F g) : f(std::move(g)) {}

  template <class In>
  static consteval bool accepts() {
    constexpr bool callable = std::invocable<F&, In>;
    static_assert(callable || core::undeclared<In, callable>(),
                  "leat: the function of for_each must accept the element; see In and F above; docs/errors.md#for-each-call");
    return callable;
  }

  template <class In>
  struct state {
    F f;

    constexpr explicit state(const for_each_sink& k) : f(k.f) {}
    constexpr explicit state(for_each_sink&& k) : f(std::move(k.f)) {}

    constexpr bool start(start_info) { return true; }
    constexpr bool operator()(In&& x) {
      static_cast<void>(std::invoke(f, std::forward<In>(x)));
      return true;
    }
    constexpr void result() {}
  };
};

struct for_each_fn {
  template <class F>
  constexpr auto operator()(F f) const {
    return for_each_sink<F>(std::move(f));
  }
};

}  // namespace leat::core

namespace leat {

/// Calls `f(element)` for its effect, in order, on the caller's thread. Yields nothing.
inline constexpr core::for_each_fn for_each{};

}  // namespace leat

#endif
