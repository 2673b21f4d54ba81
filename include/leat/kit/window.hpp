// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_KIT_WINDOW_HPP
#define LEAT_KIT_WINDOW_HPP

#include <leat/kit/storage.hpp>

#include <concepts>

namespace leat {

/// Successive elements, contiguous and const. It borrows them as long as it is passed by reference; a copy, and what it is
/// moved to, owns copies of them.
template <class T>
class window {
 public:
  using value_type = T;
  using size_type = std::size_t;
  using difference_type = std::ptrdiff_t;
  using reference = const T&;
  using const_reference = const T&;
  using iterator = const T*;
  using const_iterator = const T*;

  constexpr window() = default;
  /// Borrows `[first, first + n)`.
  constexpr window(const T* first, std::size_t n) : first_(first), size_(n) {}

  constexpr window(const window& other)
    requires std::copy_constructible<T>
      : own_(other.size_), first_(own_.data()), size_(other.size_) {
    for (const T& x : other) own_.push(x);
  }
  constexpr window(window&& other)
    requires std::copy_constructible<T>
  {
    if (other.own_.data() == nullptr) {
      window copy(std::as_const(other));
      swap(copy);
    } else {
      swap(other);
    }
  }
  constexpr window& operator=(window other)
    requires std::copy_constructible<T>
  {
    swap(other);
    return *this;
  }

  /// Whether it borrows.
  constexpr bool lent() const { return own_.data() == nullptr; }

  constexpr const T* begin() const { return first_; }
  constexpr const T* end() const { return first_ + size_; }
  constexpr const T* data() const { return first_; }
  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr const T& operator[](std::size_t i) const { return first_[i]; }
  constexpr const T& front() const { return *first_; }
  constexpr const T& back() const { return first_[size_ - 1]; }

  friend constexpr bool operator==(const window& a, const window& b)
    requires std::equality_comparable<T>
  {
    if (a.size_ != b.size_) return false;
    for (std::size_t i = 0; i < a.size_; ++i)
      if (!(a[i] == b[i])) return false;
    return true;
  }

 private:
  constexpr void swap(window& other) noexcept {
    own_.swap(other.own_);
    std::swap(first_, other.first_);
    std::swap(size_, other.size_);
  }

  core::storage<T> own_{};
  const T* first_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace leat

#endif
