// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_INTERSPERSE_HPP
#define LEAT_STAGE_INTERSPERSE_HPP

#include <leat/core/pipeline.hpp>
#include <leat/kit/checked_count.hpp>
#include <leat/kit/kept.hpp>

namespace leat::core {

template <class In, class Next>
struct intersperse_node {
  value_t<In> separator;
  Next next;
  bool first = true;

  constexpr bool start(start_info n) {
    return next.start(core::counted(n, [](std::size_t m) { return m == 0 ? 0 : core::add_sizes(m, m - 1); }));
  }
  constexpr bool operator()(In&& x) {
    if (first)
      first = false;
    else if (!push(std::as_const(separator)))
      return false;
    if constexpr (std::is_lvalue_reference_v<In>)
      return next(x);
    else
      return core::push_value<In>(next, x);
  }
  constexpr void finish() { next.finish(); }

 private:
  constexpr bool push(const value_t<In>& s) {
    if constexpr (std::is_lvalue_reference_v<In>)
      return next(s);
    else
      return next(value_t<In>(s));
  }
};

template <class T>
struct [[nodiscard]] intersperse_stage : stage_base {
  T separator;

  constexpr explicit intersperse_stage(T s) : separator(std::move(s)) {}

  // Both are passed as what they have in common.
  template <class In>
  using result = std::conditional_t<std::is_lvalue_reference_v<In>, const value_t<In>&, value_t<In>>;

  template <class In>
  static consteval bool accepts() {
    constexpr bool fits = std::constructible_from<value_t<In>, const T&> && std::copy_constructible<value_t<In>>;
    static_assert(fits,
                  "leat: the separator of intersperse must convert to the element's type, and be copied; "
                  "docs/errors.md#intersperse-separator");
    return fits;
  }

  template <class In, class Self, class Next>
  static constexpr intersperse_node<In, Next> bind(Self&& self, Next next) {
    return {value_t<In>(std::forward<Self>(self).separator), std::move(next)};
  }
};

struct intersperse_fn {
  template <class T>
  constexpr auto operator()(T separator) const {
    return intersperse_stage<T>(std::move(separator));
  }
};

}  // namespace leat::core

namespace leat {

/// Passes on the elements with `separator` between neighbours: as const lvalues where they are lvalues, else by value.
inline constexpr core::intersperse_fn intersperse{};

}  // namespace leat

#endif
