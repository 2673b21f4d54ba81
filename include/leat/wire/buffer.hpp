// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_BUFFER_HPP
#define LEAT_WIRE_BUFFER_HPP

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

namespace leat::wire {

/// Growable bytes. `clear` keeps the memory, so one buffer serves many batches.
class buffer {
 public:
  buffer() = default;
  /// Writes into memory of `owner`, as long as what is written fits.
  buffer(std::shared_ptr<void> owner, char* data, std::size_t capacity) noexcept
      : data_(data), capacity_(capacity), owner_(std::move(owner)) {}
  buffer(buffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)),
        owner_(std::move(other.owner_)) {}
  buffer& operator=(buffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    std::swap(owner_, other.owner_);
    return *this;
  }
  ~buffer() {
    if (!owner_) std::free(data_);
  }

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
  /// Whose memory this is; null: its own.
  const std::shared_ptr<void>& owner() const noexcept { return owner_; }

 private:
  [[gnu::noinline, gnu::cold]] void enlarge(std::size_t n) {
    std::size_t want = size_ + n;
    if (want < n) throw std::bad_alloc();
    if (want < capacity_ + capacity_ / 2) want = capacity_ + capacity_ / 2;
    if (want < 256) want = 256;
    void* moved = owner_ ? std::malloc(want) : std::realloc(data_, want);
    if (!moved) throw std::bad_alloc();
    if (owner_) {
      std::memcpy(moved, data_, size_);
      owner_ = nullptr;
    }
    data_ = static_cast<char*>(moved);
    capacity_ = want;
  }

  char* data_ = nullptr;
  std::size_t size_ = 0, capacity_ = 0;
  std::shared_ptr<void> owner_{};
};

/// Bytes of the batch that an encoder writes into `out`, so far: some write them only at the end.
template <class Encoder>
std::size_t batch_size(const Encoder& encoder, const buffer& out) {
  if constexpr (requires { encoder.size(); })
    return encoder.size();
  else
    return out.size();
}

}  // namespace leat::wire

#endif
