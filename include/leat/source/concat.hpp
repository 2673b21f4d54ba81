// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SOURCE_CONCAT_HPP
#define LEAT_SOURCE_CONCAT_HPP

#include <leat/core/pipeline.hpp>

#include <tuple>
#include <variant>

namespace leat::core {

template <class... E>
struct concat_element {
  using type = core::poison;
};
template <class... E>
  requires requires { typename std::common_reference_t<E...>; }
struct concat_element<E...> {
  // A reference where all elements are of one type; else their common value, since a reference could lead to a temporary.
  using common = std::common_reference_t<E...>;
  static constexpr bool one_type = (std::same_as<value_t<E>, value_t<common>> && ...);
  using type = std::conditional_t<one_type, common, value_t<common>>;
};

/// The elements of several ranges, each an `H`, one range after the other. See `concat`.
template <class... H>
class concat_range {
  template <class T>
  using range = std::remove_reference_t<decltype(std::declval<T&>().get())>;
  template <bool Moves, class Holder>
  using taken = std::conditional_t<Moves, typename Holder::pushed, core::element_t<range<Holder>&>>;

 public:
  // An element as any pass yields it, and as the only pass over owned containers does.
  using seen = typename concat_element<core::element_t<range<H>&>...>::type;
  using moved = typename concat_element<decltype(core::dereference<typename H::pushed>(
      std::declval<std::ranges::iterator_t<range<H>>&>()))...>::type;
  using moved_element = moved&&;
  static constexpr bool owns_elements = true;  // what it does not own it copies where elements are moved out of it
  template <bool Moves>
  using element = std::conditional_t<Moves, moved, seen>;

  class iterator {
   public:
    using iterator_concept = std::input_iterator_tag;
    using iterator_category = std::input_iterator_tag;
    using reference = seen;
    using value_type = value_t<seen>;
    using difference_type = std::ptrdiff_t;
    using pointer = void;

    constexpr explicit iterator(concat_range& all) : all_(std::addressof(all)) { enter<0>(); }

    constexpr reference operator*() const { return at<false, 0>(); }
    constexpr iterator& operator++() {
      advance<0>();
      return *this;
    }
    constexpr void operator++(int) { ++*this; }
    friend constexpr moved iter_move(const iterator& i) { return i.template at<true, 0>(); }
    friend constexpr bool operator==(const iterator& i, std::default_sentinel_t) { return i.place_.index() == 0; }

   private:
    template <std::size_t I>
    constexpr auto& nth() const {
      return std::get<I>(all_->held_).get();
    }
    // Goes to the beginning of the first range from I on that has one.
    template <std::size_t I>
    constexpr void enter() {
      if constexpr (I == sizeof...(H)) {
        place_.template emplace<0>();
      } else {
        all_->current_ = I;
        auto& it = place_.template emplace<I + 1>(std::ranges::begin(nth<I>()));
        if (it == std::ranges::end(nth<I>())) enter<I + 1>();
      }
    }
    template <std::size_t I>
    constexpr void advance() {
      if constexpr (I < sizeof...(H)) {
        if (place_.index() != I + 1) return advance<I + 1>();
        auto& it = *std::get_if<I + 1>(&place_);
        if (++it == std::ranges::end(nth<I>())) enter<I + 1>();
      }
    }
    template <bool Moves, std::size_t I>
    constexpr element<Moves> at() const {
      if constexpr (I + 1 == sizeof...(H)) {
        return from<Moves, I>();
      } else {
        return place_.index() == I + 1 ? from<Moves, I>() : at<Moves, I + 1>();
      }
    }
    template <bool Moves, std::size_t I>
    constexpr element<Moves> from() const {
      using as = taken<Moves, std::tuple_element_t<I, std::tuple<H...>>>;
      return static_cast<element<Moves>>(core::dereference<as>(*std::get_if<I + 1>(&place_)));
    }

    concat_range* all_;
    std::variant<std::monostate, std::ranges::iterator_t<range<H>>...> place_{};
  };

  constexpr explicit concat_range(H... held) : held_(std::move(held)...) {}

  constexpr iterator begin() { return iterator(*this); }
  constexpr std::default_sentinel_t end() const { return {}; }

  /// Of more elements than a size can count, the largest size.
  constexpr std::size_t size() const
    requires(std::ranges::sized_range<decltype(std::declval<const H&>().get())> && ...)
  {
    std::size_t all = 0;
    std::apply([&all](auto&... h) { ((all = core::add_sizes(all, core::saturated(std::ranges::size(h.get())))), ...); }, held_);
    return all;
  }

  template <class In, class Push>
  constexpr bool each(Push& push) {
    return std::apply([&push](auto&... h) { return (each_of<In>(h, push) && ...); }, held_);
  }

  /// What the next element of the range that is being read waits for: a descriptor, or -1.
  int waits_for()
    requires(waiting_range<range<H>> || ...)
  {
    return waiting<0>();
  }

 private:
  template <class In, class From, class Push>
  struct converted {
    Push& push;
    constexpr bool operator()(From&& x) {
      return push(static_cast<element<std::is_rvalue_reference_v<In>>>(std::forward<From>(x)));
    }
  };

  template <class In, class Holder, class Push>
  static constexpr bool each_of(Holder& h, Push& push) {
    using from = taken<std::is_rvalue_reference_v<In>, Holder>;
    if constexpr (std::same_as<from&&, In&&>) {
      return core::push_each<from>(h.get(), push);
    } else {
      converted<In, from, Push> convert{push};
      return core::push_each<from>(h.get(), convert);
    }
  }

  template <std::size_t I>
  int waiting() {
    if constexpr (I < sizeof...(H)) {
      auto& r = std::get<I>(held_).get();
      if (current_ != I) return waiting<I + 1>();
      if constexpr (waiting_range<std::remove_reference_t<decltype(r)>>) return r.waits_for();
    }
    return -1;
  }

  std::tuple<H...> held_;
  std::size_t current_ = 0;
};

struct concat_fn {
  template <class... R>
  static consteval bool accepts() {
    constexpr bool ranges = sizeof...(R) != 0 && (std::ranges::input_range<R> && ...);
    static_assert(ranges, "leat: concat takes ranges, at least one; docs/errors.md#concat-range");
    if constexpr (ranges) {
      constexpr bool common = !core::poisoned<typename concat_range<core::source_holder<R>...>::seen>;
      static_assert(common,
                    "leat: the ranges of concat must have elements of one type, or types with a common one; map them "
                    "first; docs/errors.md#concat-element");
      return common;
    } else
      return false;
  }

  template <class... R>
  constexpr auto operator()(R&&... ranges) const {
    if constexpr (accepts<R...>())
      return concat_range<core::source_holder<R>...>(core::hold_source<R>(std::forward<R>(ranges))...);
    else
      return core::poison{};
  }
};

}  // namespace leat::core

namespace leat {

/// The elements of several ranges, one range after the other. Lvalue ranges are borrowed, others owned. Elements of one type
/// are passed as they are, others as their common type.
inline constexpr core::concat_fn concat{};

}  // namespace leat

#endif
