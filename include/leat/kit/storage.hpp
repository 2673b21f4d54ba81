// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_KIT_STORAGE_HPP
#define LEAT_KIT_STORAGE_HPP

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

namespace leat::core {

/// Contiguous elements in memory of a given size, also of `bool` and of types without assignment.
template <class T>
class storage {
 public:
  constexpr storage() = default;
  constexpr explicit storage(std::size_t capacity)
      : data_(capacity == 0 ? nullptr : std::allocator<T>().allocate(capacity)), capacity_(capacity) {}
  constexpr storage(storage&& other) noexcept { swap(other); }
  constexpr storage& operator=(storage&& other) noexcept {
    storage(std::move(other)).swap(*this);
    return *this;
  }
  constexpr ~storage() {
    if constexpr (!std::is_trivially_destructible_v<T>)
      for (std::size_t i = 0; i < size_; ++i) std::destroy_at(data_ + i);
    if (data_ != nullptr) std::allocator<T>().deallocate(data_, capacity_);
  }

  constexpr T* data() { return data_; }
  constexpr const T* data() const { return data_; }
  constexpr std::size_t size() const { return size_; }
  constexpr std::size_t capacity() const { return capacity_; }

  /// While there is room.
  template <class X>
  constexpr void push(X&& x) {
    std::construct_at(data_ + size_, std::forward<X>(x));
    ++size_;
  }
  /// Moves the last `n` elements to the front, of other memory where `capacity` differs, and ends all others.
  constexpr void keep_last(std::size_t n, std::size_t capacity) {
    T* from = data_ + (size_ - n);
    if (std::is_nothrow_move_constructible_v<T> && capacity == capacity_) {
      for (std::size_t i = 0; i < n; ++i) {
        std::destroy_at(data_ + i);
        std::construct_at(data_ + i, std::move(from[i]));
      }
      for (std::size_t i = n; i < size_; ++i) std::destroy_at(data_ + i);
      size_ = n;
    } else {
      storage fresh(capacity);
      for (std::size_t i = 0; i < n; ++i) fresh.push(std::move(from[i]));
      swap(fresh);
    }
  }
  constexpr void swap(storage& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace leat::core

#endif
