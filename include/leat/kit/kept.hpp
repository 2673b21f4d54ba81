// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_KIT_KEPT_HPP
#define LEAT_KIT_KEPT_HPP

#include <leat/core/maybe.hpp>
#include <leat/core/stage.hpp>

#include <vector>

namespace leat::core {

/// Whether a stage may keep elements `In` beyond its call.
template <class In>
consteval bool accepts_held() {
  constexpr bool held = std::constructible_from<value_t<In>, In>;
  static_assert(held,
                "leat: this stage keeps elements, and these cannot be copied; std::move the source so that they move; "
                "docs/errors.md#held-element");
  return held;
}

/// Passes `x` on by value: itself where it is an rvalue.
template <class In, class Next>
constexpr bool push_value(Next& next, std::remove_reference_t<In>& x) {
  using value = value_t<In>;
  if constexpr (std::same_as<In&&, value&&>)
    return next(std::move(x));
  else
    return next(value(static_cast<In&&>(x)));
}

/// One element that is replaced by later ones, also where it cannot be assigned.
template <class T>
class place {
 public:
  template <class X>
  constexpr place(std::in_place_t, X&& x) : item_(std::forward<X>(x)) {}

  template <class X>
  constexpr void set(X&& x) {
    if constexpr (std::is_assignable_v<T&, X>)
      item_ = std::forward<X>(x);
    else
      item_ = T(std::forward<X>(x));
  }
  constexpr T& get() { return item_; }

 private:
  T item_;
};
template <class T>
  requires(!std::is_move_assignable_v<T>)
class place<T> {
 public:
  template <class X>
  constexpr place(std::in_place_t, X&& x) : item_() {
    item_.fill(std::forward<X>(x));
  }

  template <class X>
  constexpr void set(X&& x) {
    item_.emplace(std::forward<X>(x));
  }
  constexpr T& get() { return *item_; }

 private:
  maybe<T> item_;
};

/// Puts a later value into the place of an earlier one.
template <class T, class X>
constexpr void renew(maybe<T>& kept, X&& x) {
  if constexpr (std::is_assignable_v<T&, X>) {
    if (kept) {
      *kept = std::forward<X>(x);
      return;
    }
  }
  kept.emplace(std::forward<X>(x));
}

/// The last `n` elements. Its memory grows with what it holds.
template <class T>
class ring {
 public:
  constexpr explicit ring(std::size_t n) : n_(n) {}

  /// Room for `n` elements, or for all that it ever holds.
  constexpr void reserve(std::size_t n) { cells_.reserve(n < n_ ? n : n_); }
  constexpr bool full() const { return cells_.size() == n_; }
  /// Until it is full.
  template <class X>
  constexpr void add(X&& x) {
    cells_.emplace_back(std::in_place, std::forward<X>(x));
  }
  /// The oldest element of a full ring.
  constexpr T& oldest() { return cells_[at_].get(); }
  /// Puts an element into the oldest one's place.
  template <class X>
  constexpr void replace(X&& x) {
    cells_[at_].set(std::forward<X>(x));
    if (++at_ == n_) at_ = 0;
  }
  /// Calls `f` on the elements, the oldest first, until it says false.
  template <class F>
  constexpr bool drain(F f) {
    for (std::size_t i = at_; i < cells_.size(); ++i)
      if (!f(std::move(cells_[i].get()))) return false;
    for (std::size_t i = 0; i < at_; ++i)
      if (!f(std::move(cells_[i].get()))) return false;
    return true;
  }

 private:
  std::vector<place<T>> cells_{};
  std::size_t n_, at_ = 0;
};

}  // namespace leat::core

#endif
