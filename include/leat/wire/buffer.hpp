// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_BUFFER_HPP
#define LEAT_WIRE_BUFFER_HPP

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace leat::wire {

/// Growable bytes. `clear` keeps the memory, so one buffer serves many batches.
class buffer {
 public:
  buffer() = default;
  buffer(buffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  buffer& operator=(buffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  ~buffer() { std::free(data_); }

  /// Makes room for `n` more bytes and returns where they go; `commit` or `advance` then says how many were written.
  char* grow(std::size_t n) {
    if (n > capacity_ - size_) [[unlikely]]
      enlarge(n);
    return data_ + size_;
  }
  void commit(const char* end) { size_ = static_cast<std::size_t>(end - data_); }
  void advance(std::size_t n) { size_ += n; }

  void push(char c) {
    *grow(1) = c;
    ++size_;
  }
  void append(const char* from, std::size_t n) {
    if (n == 0) return;
    std::memcpy(grow(n), from, n);
    size_ += n;
  }
  void append(std::string_view from) { append(from.data(), from.size()); }

  char* data() noexcept { return data_; }
  const char* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }
  std::size_t capacity() const noexcept { return capacity_; }
  bool empty() const noexcept { return size_ == 0; }
  void clear() noexcept { size_ = 0; }
  std::string_view view() const noexcept { return {data_, size_}; }

 private:
  [[gnu::noinline, gnu::cold]] void enlarge(std::size_t n) {
    std::size_t want = size_ + n;
    if (want < n) throw std::bad_alloc();
    if (want < capacity_ + capacity_ / 2) want = capacity_ + capacity_ / 2;
    if (want < 256) want = 256;
    void* moved = std::realloc(data_, want);
    if (!moved) throw std::bad_alloc();
    data_ = static_cast<char*>(moved);
    capacity_ = want;
  }

  char* data_ = nullptr;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace leat::wire

#endif
