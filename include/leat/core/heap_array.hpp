// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_HEAP_ARRAY_HPP
#define LEAT_CORE_HEAP_ARRAY_HPP

#include <cstddef>
#include <utility>

namespace leat::core {

/// Owns an array that `new[]` made. It stands for std::unique_ptr<T[]>, which takes 5 ms to compile for each T.
template <class T>
class heap_array {
 public:
  heap_array() = default;
  explicit heap_array(T* made) : first_(made) {}
  heap_array(heap_array&& other) noexcept : first_(std::exchange(other.first_, nullptr)) {}
  heap_array& operator=(heap_array&& other) noexcept {
    std::swap(first_, other.first_);
    return *this;
  }
  ~heap_array() { delete[] first_; }

  explicit operator bool() const noexcept { return first_ != nullptr; }
  T* get() const noexcept { return first_; }
  T& operator[](std::size_t i) const { return first_[i]; }

 private:
  T* first_ = nullptr;
};

}  // namespace leat::core

#endif
