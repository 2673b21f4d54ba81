// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_ASSIGNABLE_HPP
#define LEAT_CORE_ASSIGNABLE_HPP

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

namespace leat::core {

/// Destroys a value and makes it anew; ends the program where its move throws.
template <class T>
constexpr void remake(T& to, T&& from) noexcept {
  std::destroy_at(std::addressof(to));
  std::construct_at(std::addressof(to), std::move(from));
}

/// Assigns also what has no assignment, such as a lambda that captures: it is made anew.
template <class T>
constexpr void reassign(T& to, T&& from) {
  if constexpr (std::is_move_assignable_v<T>)
    to = std::move(from);
  else
    remake(to, std::move(from));
}

/// A member that makes the class around it assignable, as a view must be.
template <class T>
struct assignable {
  T value;

  constexpr explicit assignable(T v) : value(std::move(v)) {}
  assignable(const assignable&) = default;
  assignable(assignable&&) = default;
  ~assignable() = default;
  constexpr assignable& operator=(const assignable& other)
    requires std::copy_constructible<T>
  {
    if (this != std::addressof(other)) reassign(value, T(other.value));
    return *this;
  }
  constexpr assignable& operator=(assignable&& other) {
    if (this != std::addressof(other)) reassign(value, std::move(other.value));
    return *this;
  }
};

}  // namespace leat::core

#endif
