// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_SUM_HPP
#define LEAT_SINK_SUM_HPP

#include <leat/core/pipeline.hpp>

namespace leat::core {

template <class T>
struct sum_sink : sink_base {
  template <class In>
  using total = std::conditional_t<std::is_void_v<T>, value_t<In>, T>;

  template <class In>
  static consteval bool accepts() {
    constexpr bool addable =
        std::default_initializable<total<In>> && requires(total<In>& a, In x) { a += std::forward<In>(x); };
    static_assert(addable || core::undeclared<In, addable>(),
                  "leat: sum needs elements with += and a default value; map to a number first; docs/errors.md#sum-element");
    return addable;
  }

  template <class In>
  struct state {
    total<In> value{};

    constexpr bool start(start_info) { return true; }
    constexpr bool operator()(In&& x) {
      value += std::forward<In>(x);
      return true;
    }
    constexpr void merge(state&& other) { value += std::move(other.value); }
    constexpr total<In> result() { return std::move(value); }
  };
};

}  // namespace leat::core

namespace leat {

/// The sum of the elements, in the element's own type or in `T`; `T{}` of none.
template <class T = void>
constexpr core::sum_sink<T> sum() {
  return {};
}

}  // namespace leat

#endif
