// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_MAYBE_HPP
#define LEAT_CORE_MAYBE_HPP

#include <memory>
#include <type_traits>
#include <utility>

namespace leat::core {

/// A value or none. It stands for std::optional in what loops change: g++ 12 at -O2 takes a std::optional that is filled anew
/// in a loop for empty (docs/inside/design.md, "What differs from the first plan, and why").
template <class T>
class maybe {
 public:
  constexpr maybe() noexcept : none_() {}
  constexpr maybe(const maybe& other)
    requires std::is_copy_constructible_v<T>
      : none_() {
    if (other.full_) emplace(other.value_);
  }
  constexpr maybe(maybe&& other) noexcept(std::is_nothrow_move_constructible_v<T>) : none_() {
    if (other.full_) emplace(std::move(other.value_));
  }
  constexpr maybe& operator=(const maybe& other)
    requires std::is_copy_constructible_v<T>
  {
    if (this != std::addressof(other)) *this = maybe(other);
    return *this;
  }
  constexpr maybe& operator=(maybe&& other) noexcept(std::is_nothrow_move_constructible_v<T>) {
    if (this == std::addressof(other)) return *this;
    reset();
    if (other.full_) emplace(std::move(other.value_));
    return *this;
  }
  constexpr ~maybe() { reset(); }

  constexpr explicit operator bool() const { return full_; }
  constexpr T& operator*() { return value_; }
  constexpr const T& operator*() const { return value_; }
  constexpr T* operator->() { return std::addressof(value_); }
  constexpr const T* operator->() const { return std::addressof(value_); }

  template <class... A>
  constexpr T& emplace(A&&... a) {
    reset();
    return fill(std::forward<A>(a)...);
  }
  /// As `emplace`, where there is no value.
  template <class... A>
  constexpr T& fill(A&&... a) {
    std::construct_at(std::addressof(value_), std::forward<A>(a)...);
    full_ = true;
    return value_;
  }
  constexpr void reset() {
    if constexpr (std::is_trivially_destructible_v<T>)
      full_ = false;
    else if (std::exchange(full_, false))
      std::destroy_at(std::addressof(value_));
  }

 private:
  union {
    char none_;
    T value_;
  };
  bool full_ = false;
};

}  // namespace leat::core

#endif
