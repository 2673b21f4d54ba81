// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_CARTESIAN_HPP
#define LEAT_STAGE_CARTESIAN_HPP

#include <leat/core/pipeline.hpp>

namespace leat::core {

template <class H, class In, class Next>
struct cartesian_node {
  using range = std::remove_reference_t<decltype(std::declval<H&>().get())>;
  using other = core::element_t<range&>;
  using out = std::pair<value_t<In>, value_t<other>>;

  H held;
  Next next;

  constexpr bool start(start_info n) {
    const bool any = std::ranges::begin(held.get()) != std::ranges::end(held.get());
    return next.start(any ? times(n) : start_info{0, start_info::exact, n.run}) && any;
  }
  constexpr bool operator()(In&& x) {
    auto it = std::ranges::begin(held.get());
    const auto end = std::ranges::end(held.get());
    for (;;) {
      auto at = it;
      if (++it == end) return next(out(std::forward<In>(x), core::dereference<other>(at)));
      if (!next(out(std::as_const(x), core::dereference<other>(at)))) return false;
    }
  }
  constexpr void finish() { next.finish(); }

 private:
  constexpr start_info times(start_info n) {
    if constexpr (std::ranges::sized_range<range>) {
      const std::size_t size = core::saturated(std::ranges::size(held.get()));
      if (n.n <= core::most_elements / size) return {n.n * size, n.known, n.run};
    }
    return n.any();
  }
};

template <class H>
struct [[nodiscard]] cartesian_stage : stage_base {
  static constexpr bool per_element = true;

  H held;

  constexpr explicit cartesian_stage(H h) : held(std::move(h)) {}

  template <class In>
  using result = typename cartesian_node<H, In, core::identity>::out;

  template <class In>
  static consteval bool accepts() {
    using other = typename cartesian_node<H, In, core::identity>::other;
    constexpr bool copied = std::constructible_from<value_t<In>, const value_t<In>&> &&
                            std::constructible_from<value_t<In>, In> && std::constructible_from<value_t<other>, other>;
    static_assert(copied,
                  "leat: cartesian copies each element into several pairs, and these cannot be copied; map them to what can, "
                  "such as a shared_ptr; docs/errors.md#cartesian-element");
    return copied;
  }

  template <class In, class Self, class Next>
  static constexpr cartesian_node<H, In, Next> bind(Self&& self, Next next) {
    return {std::forward<Self>(self).held, std::move(next)};
  }
};

struct cartesian_fn {
  template <class R>
  static consteval bool accepts() {
    constexpr bool again = std::ranges::forward_range<R>;
    static_assert(again,
                  "leat: cartesian goes through its range for each element, so it must be one that can be read again, such as "
                  "a vector; collect a pipeline with to_vector() first; docs/errors.md#cartesian-range");
    return again;
  }

  template <class R>
  constexpr auto operator()(R&& other) const {
    if constexpr (accepts<R>())
      return cartesian_stage<core::source_holder<R>>(core::hold_source<R>(std::forward<R>(other)));
    else
      return core::poison{};
  }
  template <class Src, class R>
  constexpr auto operator()(Src&& source, R&& other) const {
    return std::forward<Src>(source) | (*this)(std::forward<R>(other));
  }
};

}  // namespace leat::core

namespace leat {

/// Each element with each element of `other`, a range that can be read again: `std::pair<T, U>`, all pairs of an element before
/// the next one's. An lvalue `other` is borrowed, else it is owned, and copied for each run of the pipeline.
/// `cartesian(source, other)` is the same.
inline constexpr core::cartesian_fn cartesian{};

}  // namespace leat

#endif
