// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SOURCE_ZIP_HPP
#define LEAT_SOURCE_ZIP_HPP

#include <leat/core/assignable.hpp>
#include <leat/core/maybe.hpp>
#include <leat/core/pipeline.hpp>

#include <tuple>

namespace leat::core {

/// The iterator of zip_with: one iterator a range, each held by an `H`.
template <bool Const, class F, class... H>
class zip_iterator {
  template <class T>
  using range = std::remove_reference_t<decltype(std::declval<std::conditional_t<Const, const T, T>&>().get())>;
  template <class T>
  using seen = core::element_t<range<T>&>;
  template <class T>
  using moved = std::conditional_t<Const, seen<T>, typename T::pushed>;  // an owned container's elements may move
  using of_seen = call_result_t<F&, seen<H>...>;
  using of_moved = call_result_t<F&, moved<H>...>;
  static constexpr bool moves_only = core::poisoned<of_seen>;
  static constexpr bool may_move = !core::poisoned<of_moved> && (moves_only || std::same_as<of_seen, of_moved>);
  static constexpr bool multi_pass = !moves_only && (std::ranges::forward_range<range<H>> && ...);
  // With the length of the shortest range known, one comparison an element will do.
  static constexpr bool counted = (std::ranges::sized_range<range<H>> && ...);
  using rest = std::conditional_t<counted, std::size_t, std::tuple<std::ranges::sentinel_t<range<H>>...>>;
  // To begin a range that is read once may read its first element: not behind a range that has none.
  template <class T>
  static constexpr bool read_once = !counted && !std::ranges::forward_range<range<T>>;
  template <class T>
  using plain_iterator = std::ranges::iterator_t<range<T>>;
  template <class T>
  using place = std::conditional_t<read_once<T>, core::maybe<plain_iterator<T>>, plain_iterator<T>>;

 public:
  using iterator_concept = std::conditional_t<multi_pass, std::forward_iterator_tag, std::input_iterator_tag>;
  using iterator_category = std::input_iterator_tag;
  using reference = std::conditional_t<moves_only, of_moved, of_seen>;
  using value_type = std::remove_cvref_t<reference>;
  using difference_type = std::ptrdiff_t;
  using pointer = void;

  zip_iterator() = default;
  constexpr explicit zip_iterator(F& f, auto&... held) : f_(std::addressof(f)), at_{first<H>(held)...} {
    if constexpr (counted) {
      rest_ = shortest(std::ranges::size(held.get())...);
    } else {
      rest_ = rest(std::ranges::end(held.get())...);
      begin(std::index_sequence_for<H...>(), held...);
    }
  }

  static constexpr std::size_t shortest(auto... sizes) {
    std::size_t least = core::most_elements;
    ((least = core::saturated(sizes) < least ? core::saturated(sizes) : least), ...);
    return least;
  }

  constexpr reference operator*() const {
    if constexpr (moves_only)
      return call<moved<H>...>();
    else
      return call<seen<H>...>();
  }
  constexpr zip_iterator& operator++() {
    advance(std::index_sequence_for<H...>());
    if constexpr (counted) --rest_;
    return *this;
  }
  constexpr auto operator++(int) {
    if constexpr (multi_pass) {
      auto old = *this;
      ++*this;
      return old;
    } else {
      ++*this;
    }
  }

  friend constexpr reference iter_move(const zip_iterator& i) {
    if constexpr (may_move)
      return i.template call<moved<H>...>();
    else
      return *i;
  }
  friend constexpr bool operator==(const zip_iterator& a, const zip_iterator& b)
    requires multi_pass
  {
    return a.at_ == b.at_;
  }
  friend constexpr bool operator==(const zip_iterator& i, std::default_sentinel_t) {
    if constexpr (counted)
      return i.rest_ == 0;
    else
      return i.any_ended(std::index_sequence_for<H...>());
  }

 private:
  template <class T>
  static constexpr place<T> first(auto& held) {
    if constexpr (read_once<T>)
      return {};
    else
      return std::ranges::begin(held.get());
  }
  template <std::size_t... I>
  constexpr void begin(std::index_sequence<I...>, auto&... held) {
    static_cast<void>((begin_has_ended<I>(held) || ...));
  }
  template <std::size_t I>
  constexpr bool begin_has_ended(auto& held) {
    using holder = std::tuple_element_t<I, std::tuple<H...>>;
    if constexpr (read_once<holder>) std::get<I>(at_).emplace(std::ranges::begin(held.get()));
    return ended<I>();
  }

  template <class I>
  static constexpr const I& iterator(const I& it) {
    return it;
  }
  template <class I>
  static constexpr const I& iterator(const core::maybe<I>& it) {
    return *it;
  }
  template <class I>
  static constexpr void step(I& it) {
    ++it;
  }
  template <class I>
  static constexpr void step(core::maybe<I>& it) {
    ++*it;
  }
  template <std::size_t I>
  constexpr bool ended() const {
    return iterator(std::get<I>(at_)) == std::get<I>(rest_);
  }

  template <class... E>
  constexpr reference call() const {
    return std::apply([this](auto&... it) -> reference { return std::invoke(*f_, core::dereference<E>(iterator(it))...); },
                      at_);
  }
  template <std::size_t... I>
  constexpr void advance(std::index_sequence<I...>) {
    if constexpr (counted)
      (step(std::get<I>(at_)), ...);
    else  // behind one that has ended nothing more is asked for: it could block
      static_cast<void>(((step(std::get<I>(at_)), ended<I>()) || ...));
  }
  template <std::size_t... I>
  constexpr bool any_ended(std::index_sequence<I...>) const {
    return (ended<I>() || ...);
  }

  F* f_ = nullptr;
  std::tuple<place<H>...> at_{};
  rest rest_{};
};

/// The results of `f(x, y, ...)` over ranges side by side. See `zip_with`.
template <class F, class... H>
class zip_range {
 public:
  using moved_element = typename zip_iterator<false, F, H...>::reference&&;
  static constexpr bool owns_elements = true;  // what it does not own it copies where elements are moved out of it

  constexpr explicit zip_range(F f, H... held) : f_(std::move(f)), held_(std::move(held)...) {}

  constexpr auto begin() {
    return std::apply([this](auto&... h) { return zip_iterator<false, F, H...>(f_.value, h...); }, held_);
  }
  constexpr auto begin() const
    requires(std::ranges::input_range<decltype(std::declval<const H&>().get())> && ...) &&
            std::invocable<const F&, core::element_t<decltype(std::declval<const H&>().get())>...>
  {
    return std::apply([this](auto&... h) { return zip_iterator<true, const F, H...>(f_.value, h...); }, held_);
  }
  constexpr std::default_sentinel_t end() const { return {}; }

  constexpr std::size_t size() const
    requires(std::ranges::sized_range<decltype(std::declval<const H&>().get())> && ...)
  {
    return std::apply([](auto&... h) { return zip_iterator<false, F, H...>::shortest(std::ranges::size(h.get())...); }, held_);
  }

 private:
  core::assignable<F> f_;
  std::tuple<H...> held_;
};

struct zipped {
  template <class A, class B>
  constexpr auto operator()(A&& a, B&& b) const -> std::pair<value_t<A>, value_t<B>>
    requires std::constructible_from<value_t<A>, A> && std::constructible_from<value_t<B>, B>
  {
    return {std::forward<A>(a), std::forward<B>(b)};
  }
  template <class... T>
  constexpr auto operator()(T&&... xs) const -> std::tuple<value_t<T>...>
    requires(sizeof...(T) != 2) && (std::constructible_from<value_t<T>, T> && ...)
  {
    return std::tuple<value_t<T>...>(std::forward<T>(xs)...);
  }
};

template <class F, class... R>
concept zips = std::invocable<F&, core::element_t<std::remove_reference_t<R>&>...> ||
               std::invocable<F&, typename core::source_holder<R>::pushed...>;

struct zip_with_fn {
  template <class... R>
  static consteval bool accepts_ranges() {
    constexpr bool ranges = sizeof...(R) != 0 && (std::ranges::input_range<R> && ...);
    static_assert(ranges, "leat: zip and zip_with take ranges, at least one; docs/errors.md#zip-range");
    return ranges;
  }
  template <class F, class... R>
  static consteval bool accepts() {
    if constexpr (accepts_ranges<R...>()) {
      constexpr bool callable = zips<F, R...>;
      static_assert(callable,
                    "leat: the function of zip_with must accept an element of each range; see F and R above; "
                    "docs/errors.md#zip-with-call");
      return callable;
    } else
      return false;
  }

  template <class F, class... R>
  constexpr auto operator()(F f, R&&... ranges) const {
    if constexpr (accepts<F, R...>())
      return zip_range<F, core::source_holder<R>...>(std::move(f), core::hold_source<R>(std::forward<R>(ranges))...);
    else
      return core::poison{};
  }
};

struct zip_fn {
  template <class... R>
  static consteval bool accepts() {
    if constexpr (zip_with_fn::accepts_ranges<R...>()) {
      constexpr bool kept = zips<zipped, R...>;
      static_assert(kept,
                    "leat: zip puts elements into a pair or a tuple, and these cannot be copied; std::move the ranges so that "
                    "their elements move; docs/errors.md#zip-element");
      return kept;
    } else
      return false;
  }

  template <class... R>
  constexpr auto operator()(R&&... ranges) const {
    if constexpr (accepts<R...>())
      return zip_with_fn()(zipped(), std::forward<R>(ranges)...);
    else
      return core::poison{};
  }
};

}  // namespace leat::core

namespace leat {

/// `f(x, y, ...)` of the elements of several ranges side by side, as long as the shortest lasts. Lvalue ranges are borrowed,
/// others owned.
inline constexpr core::zip_with_fn zip_with{};

/// The elements of several ranges side by side: a `std::pair` of two, a `std::tuple` of more, by value.
inline constexpr core::zip_fn zip{};

}  // namespace leat

#endif
