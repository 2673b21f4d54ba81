// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SHUFFLE_BLOCK_HPP
#define LEAT_SHUFFLE_BLOCK_HPP

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <tuple>
#include <type_traits>
#include <utility>

namespace leat::core {

/// Types for which moving is copying, and both are cheap.
template <class T>
inline constexpr bool trivially_moved = std::is_trivially_copyable_v<T> && sizeof(T) <= 64;
template <class A, class B>
inline constexpr bool trivially_moved<std::pair<A, B>> = trivially_moved<A> && trivially_moved<B>;

/// Types whose values can be copied: the standard containers claim it of what they cannot copy, so their elements are asked.
template <class T>
inline constexpr bool copies = std::copy_constructible<T>;
template <class T>
  requires requires { typename T::value_type; }
inline constexpr bool copies<T> = std::copy_constructible<T> && (std::same_as<typename T::value_type, T> ||
                                                                 copies<std::remove_const_t<typename T::value_type>>);
template <class A, class B>
inline constexpr bool copies<std::pair<A, B>> = copies<std::remove_const_t<A>> && copies<B>;
template <class... Ts>
inline constexpr bool copies<std::tuple<Ts...>> = (copies<Ts> && ...);

/// Elements in a row that belong to another: a std::span that asks no questions, since answering them takes 10 ms to compile
/// for each type.
template <class T>
class slice {
 public:
  slice() = default;
  slice(T* first, std::size_t n) : first_(first), size_(n) {}
  operator slice<const T>() const
    requires(!std::is_const_v<T>)
  {
    return {first_, size_};
  }

  T* data() const { return first_; }
  T* begin() const { return first_; }
  T* end() const { return first_ + size_; }
  std::size_t size() const { return size_; }
  std::size_t size_bytes() const { return size_ * sizeof(T); }
  bool empty() const { return size_ == 0; }
  T& operator[](std::size_t i) const { return first_[i]; }
  slice first(std::size_t n) const { return {first_, n}; }
  slice subspan(std::size_t from) const { return {first_ + from, size_ - from}; }
  slice subspan(std::size_t from, std::size_t n) const { return {first_ + from, n}; }

 private:
  T* first_ = nullptr;
  std::size_t size_ = 0;
};

/// A growing array that has a slice for every T, bool too, and that moves elements which cannot be copied.
template <class T>
class block {
 public:
  block() = default;
  block(block&& other) noexcept
      : items_(std::exchange(other.items_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        room_(std::exchange(other.room_, 0)) {}
  block& operator=(block&& other) noexcept {
    std::swap(items_, other.items_);
    std::swap(size_, other.size_);
    std::swap(room_, other.room_);
    return *this;
  }
  ~block() {
    clear();
    if constexpr (aligned)
      ::operator delete(static_cast<void*>(items_), std::align_val_t(alignof(T)));
    else
      ::operator delete(static_cast<void*>(items_));
  }

  std::size_t size() const { return size_; }
  std::size_t room() const { return room_; }
  bool empty() const { return size_ == 0; }
  T* data() { return items_; }
  const T* data() const { return items_; }
  T* begin() { return items_; }
  T* end() { return items_ + size_; }
  const T* begin() const { return items_; }
  const T* end() const { return items_ + size_; }
  T& operator[](std::size_t i) { return items_[i]; }
  const T& operator[](std::size_t i) const { return items_[i]; }
  slice<T> span() { return {items_, size_}; }
  slice<const T> span() const { return {items_, size_}; }

  void reserve(std::size_t n) {
    if (n > room_) grow(n);
  }
  /// The arguments must not refer into the block.
  template <class... Args>
  T& emplace_back(Args&&... args) {
    if (size_ == room_) grow(std::max<std::size_t>(2 * room_, 16));
    return unchecked(std::forward<Args>(args)...);
  }
  /// As emplace_back, where reserve() has made room.
  template <class... Args>
  T& unchecked(Args&&... args) {
    T* at = ::new (static_cast<void*>(items_ + size_)) T(std::forward<Args>(args)...);
    ++size_;
    return *at;
  }
  /// Copies `xs` behind the last element, or none where a copy throws; reserve() has made room.
  void append(slice<const T> xs) {
    if constexpr (std::is_trivially_copyable_v<T>) {
      if (!xs.empty()) std::memcpy(static_cast<void*>(items_ + size_), xs.data(), xs.size_bytes());
      size_ += xs.size();
    } else {
      const std::size_t before = size_;
      try {
        for (const T& x : xs) unchecked(x);
      } catch (...) {
        truncate(before);
        throw;
      }
    }
  }
  void clear() { truncate(0); }
  void truncate(std::size_t n) {
    if constexpr (!std::is_trivially_destructible_v<T>)
      for (std::size_t i = n; i < size_; ++i) items_[i].~T();
    size_ = n;
  }

 private:
  static constexpr bool aligned = alignof(T) > __STDCPP_DEFAULT_NEW_ALIGNMENT__;

  void grow(std::size_t n) {
    block bigger;
    if (n > std::size_t(-1) / 2 / sizeof(T)) throw std::bad_array_new_length();
    if constexpr (aligned)
      bigger.items_ = static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t(alignof(T))));
    else
      bigger.items_ = static_cast<T*>(::operator new(n * sizeof(T)));
    bigger.room_ = n;
    for (T& x : *this) bigger.unchecked(std::move(x));
    *this = std::move(bigger);
  }

  T* items_ = nullptr;
  std::size_t size_ = 0;
  std::size_t room_ = 0;
};

}  // namespace leat::core

#endif
