// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_SOURCE_HOLDER_HPP
#define LEAT_CORE_SOURCE_HOLDER_HPP

#include <leat/core/range_concepts.hpp>
#include <leat/core/stage.hpp>

#include <concepts>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>

namespace leat {

namespace core {

/// Whether R is made like a container, whose elements are its own. What cannot be told is taken to look at another's elements.
template <class R>
consteval bool looks_owning() {
  if constexpr (requires { requires std::same_as<decltype(R::owns_elements), const bool>; }) {
    return R::owns_elements;
  } else if constexpr (std::ranges::enable_borrowed_range<R>) {
    return false;
  } else if constexpr (std::ranges::view<R>) {
    return false;
  } else if constexpr (std::ranges::input_range<R> && std::ranges::input_range<const R>) {
    using seen = std::ranges::range_reference_t<R>;
    using seen_const = std::ranges::range_reference_t<const R>;
    using value = std::ranges::range_value_t<R>;
    // A const container's elements are const, a const view's are not.
    constexpr bool deep = std::is_lvalue_reference_v<seen> && std::is_lvalue_reference_v<seen_const> &&
                          std::is_const_v<std::remove_reference_t<seen_const>>;
    // Nothing owns what it neither ends nor copies: so are the views told whose const elements are const.
    constexpr bool ends = !std::is_trivially_destructible_v<R> || std::is_trivially_destructible_v<value>;
    constexpr bool copies = !std::is_copy_constructible_v<value> ||
                            (std::is_copy_constructible_v<R> &&
                             (!std::is_nothrow_copy_constructible_v<R> || std::is_nothrow_copy_constructible_v<value>));
    return deep && ends && copies;
  } else {
    return false;
  }
}

}  // namespace core

/// Whether an rvalue range of type R owns its elements, so that they are moved out of it. True for containers: const ones have
/// const elements, and a copy copies them. Specialize it for a type that this takes for the other kind, or give your own type a
/// `static constexpr bool owns_elements`.
template <class R>
inline constexpr bool enable_owning_range = core::looks_owning<R>();

}  // namespace leat

namespace leat::core {

/// An rvalue of R owns its elements, so they may be moved out of it (a view's elements belong to another).
template <class R>
concept owns_elements = !std::is_lvalue_reference_v<R> && enable_owning_range<std::remove_cvref_t<R>>;

/// The type in which a range's element is pushed: what the iterator yields, or the range's value where that is a proxy.
template <class Ref, class Value>
using pushed_t = std::conditional_t<!std::is_reference_v<Ref> && !std::same_as<std::remove_cvref_t<Ref>, Value> &&
                                        std::constructible_from<Value, Ref>,
                                    Value, Ref>;

template <class R>
using element_t = pushed_t<std::ranges::range_reference_t<R>, std::ranges::range_value_t<R>>;

/// The same where the range owns its elements. One that makes them of what it owns has a type `moved_element`, an rvalue
/// reference: its `iter_move` then makes an element of what it moves.
template <class R>
struct moved_element {
  using type = pushed_t<std::ranges::range_rvalue_reference_t<R>, std::ranges::range_value_t<R>>;
};
template <class R>
  requires requires { typename std::remove_cvref_t<R>::moved_element; }
struct moved_element<R> {
  using type = typename std::remove_cvref_t<R>::moved_element;
};
template <class R>
using moved_element_t = typename moved_element<R>::type;

/// A source range held by reference: an lvalue.
template <class R>
struct borrowed {
  using range = R;
  using pushed = element_t<R&>;
  static constexpr bool owns = false;

  R* r;
  constexpr R& get() const { return *r; }
};

/// A source range held by value: a view, or an rvalue container, whose elements are pushed as rvalues.
template <class R>
struct owned {
  using range = R;
  static constexpr bool owns = owns_elements<R>;
  using pushed = std::conditional_t<owns, moved_element_t<R&>, element_t<R&>>;

  R r;
  constexpr R& get() { return r; }
  constexpr const R& get() const { return r; }
};

template <class R>
using source_holder = std::conditional_t<std::is_lvalue_reference_v<R> && !std::ranges::view<std::remove_cvref_t<R>>,
                                         borrowed<std::remove_reference_t<R>>, owned<std::remove_cvref_t<R>>>;

template <class R>
constexpr source_holder<R> hold_source(R&& r) {
  if constexpr (std::is_lvalue_reference_v<R> && !std::ranges::view<std::remove_cvref_t<R>>)
    return {std::addressof(r)};
  else
    return {std::forward<R>(r)};
}

/// A range that a stage or a sink may stand behind.
template <class R>
concept plain_range = !source<R> && !stage<R> && !sink<R> && !poisoned<R> && std::ranges::input_range<R> &&
                      (std::is_lvalue_reference_v<R> || std::move_constructible<std::remove_cvref_t<R>>);

}  // namespace leat::core

#endif
