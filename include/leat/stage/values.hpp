// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_VALUES_HPP
#define LEAT_STAGE_VALUES_HPP

#include <leat/core/pipeline.hpp>
#include <leat/kit/parts.hpp>

namespace leat::core {

template <class In, class Next>
struct values_node {
  Next next;

  constexpr bool start(start_info n) { return next.start(n); }
  constexpr bool operator()(In&& x) { return next(core::part<1>()(std::forward<In>(x))); }
  constexpr void finish() { next.finish(); }
};

struct [[nodiscard]] values_stage : stage_base {
  static constexpr bool per_element = true;
  static constexpr bool at_most_one = true;

  template <class In>
  using result = call_result_t<core::part<1>, In>;

  template <class In>
  static consteval bool accepts() {
    constexpr bool pair = std::invocable<core::part<1>, In>;
    static_assert(pair || core::undeclared<In, pair>(),
                  "leat: values needs pairs, tuples or what else has a member second; docs/errors.md#values-element");
    return pair;
  }

  template <class In, class Self, class Next>
  static constexpr values_node<In, Next> bind(Self&&, Next next) {
    return {std::move(next)};
  }
};

struct values_fn {
  constexpr values_stage operator()() const { return {}; }
};

}  // namespace leat::core

namespace leat {

/// Passes on the second part of each pair or tuple: a reference to that of an lvalue, moved from an rvalue.
inline constexpr core::values_fn values{};

}  // namespace leat

#endif
