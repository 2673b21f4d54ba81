// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_ELEMENTS_HPP
#define LEAT_STAGE_ELEMENTS_HPP

#include <leat/core/pipeline.hpp>
#include <leat/kit/parts.hpp>

namespace leat::core {

// Parts are moved out of an rvalue where all are disjoint places; a function might look at what has been moved, so beside one
// nothing is.
template <class P>
inline constexpr bool is_place = std::is_member_object_pointer_v<P>;
template <std::size_t N>
inline constexpr bool is_place<core::part<N>> = true;

template <class In, class... P>
using elements_view = std::conditional_t<(is_place<P> && ...), In, const std::remove_reference_t<In>&>;

template <class In, class... P>
struct elements_result {
  using type = std::tuple<value_t<call_result_t<P&, elements_view<In, P...>>>...>;
};
template <class In, class P>
struct elements_result<In, P> {
  using type = call_result_t<P&, elements_view<In, P>>;
};

template <class In, class Next, class... P>
struct elements_node {
  using view = elements_view<In, P...>;
  using result = typename elements_result<In, P...>::type;

  std::tuple<P...> parts;
  Next next;

  constexpr bool start(start_info n) { return next.start(n); }
  constexpr bool operator()(In&& x) {
    if constexpr (sizeof...(P) == 1)
      return next(std::invoke(std::get<0>(parts), static_cast<view&&>(x)));
    else
      return all(x, std::index_sequence_for<P...>());
  }
  constexpr void finish() { next.finish(); }

 private:
  template <std::size_t... I>
  constexpr bool all(std::remove_reference_t<In>& x, std::index_sequence<I...>) {
    return next(result{value<I>(x)...});
  }
  // A place that is named twice is copied before it is moved.
  template <std::size_t I>
  constexpr std::tuple_element_t<I, result> value(std::remove_reference_t<In>& x) {
    auto& part = std::get<I>(parts);
    if constexpr (std::copy_constructible<std::tuple_element_t<I, result>> && !std::is_lvalue_reference_v<view>)
      if (named_again<I>(std::make_index_sequence<sizeof...(P) - I - 1>())) return std::invoke(part, std::as_const(x));
    return std::invoke(part, static_cast<view&&>(x));
  }
  template <std::size_t I, std::size_t... J>
  constexpr bool named_again(std::index_sequence<J...>) const {
    return (same(std::get<I>(parts), std::get<I + 1 + J>(parts)) || ...);
  }
  template <class A, class B>
  static constexpr bool same(const A& a, const B& b) {
    if constexpr (!std::same_as<A, B>)
      return false;
    else if constexpr (std::is_member_object_pointer_v<A>)
      return a == b;
    else
      return true;
  }
};

template <class... P>
struct [[nodiscard]] elements_stage : stage_base {
  static constexpr bool per_element = true;
  static constexpr bool at_most_one = true;

  std::tuple<P...> parts;

  constexpr explicit elements_stage(P... p) : parts(std::move(p)...) {}

  template <class In>
  using result = typename core::elements_result<In, P...>::type;

  template <class In>
  static consteval bool accepts() {
    constexpr bool has = (std::invocable<P&, core::elements_view<In, P...>> && ...);
    static_assert(
        has || core::undeclared<In, has>(),
        "leat: elements needs an element that has all the parts named, indices or members; docs/errors.md#elements-part");
    return has;
  }

  template <class In, class Self, class Next>
  static constexpr elements_node<In, Next, P...> bind(Self&& self, Next next) {
    return {std::forward<Self>(self).parts, std::move(next)};
  }
};

}  // namespace leat::core

namespace leat {

/// Passes on the `N`th part of each tuple: a reference to that of an lvalue, moved from an rvalue. Several as a `std::tuple` of
/// values.
template <std::size_t... N>
  requires(sizeof...(N) > 0)
constexpr core::elements_stage<core::part<N>...> elements() {
  return core::elements_stage<core::part<N>...>(core::part<N>()...);
}

/// Passes on a member of each element, `elements(&S::a)`, as above; several as a `std::tuple` of values. Functions of a const
/// element will do.
template <class... P>
  requires(sizeof...(P) > 0)
constexpr core::elements_stage<P...> elements(P... parts) {
  return core::elements_stage<P...>(std::move(parts)...);
}

}  // namespace leat

#endif
