// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SHUFFLE_MEMORY_HPP
#define LEAT_SHUFFLE_MEMORY_HPP

#include <leat/core/config.hpp>
#include <leat/core/error.hpp>

#include <atomic>
#include <cstddef>
#include <utility>

namespace leat::core {

/// What a context's tables, runs, caches and collected partitions may hold together, and do hold. Bytes; limit 0: no limit.
class memory_account {
 public:
  explicit memory_account(std::size_t limit) : limit_(limit) {}

  /// Throws `memory_limit_exceeded`, which names `what`, and charges nothing then.
  void charge(std::size_t bytes, const char* what) {
    if (limit_ != 0 && bytes > limit_) refuse(used() + bytes, bytes, what);  // the sum below could begin at 0 again
    const std::size_t now = used_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
    if (limit_ == 0 || now <= limit_) return;
    release(bytes);
    refuse(now, bytes, what);
  }
  void release(std::size_t bytes) noexcept { used_.fetch_sub(bytes, std::memory_order_relaxed); }
  std::size_t used() const { return used_.load(std::memory_order_relaxed); }
  std::size_t limit() const { return limit_; }

 private:
  [[noreturn]] LEAT_DECL void refuse(std::size_t needed, std::size_t bytes, const char* what) const;

  std::size_t limit_;
  std::atomic<std::size_t> used_ = 0;
};

/// One holder's share of an account; given back when it ends.
class reservation {
 public:
  reservation(memory_account& account, const char* what) : account_(&account), what_(what) {}
  reservation(reservation&& other) noexcept
      : account_(other.account_), what_(other.what_), bytes_(std::exchange(other.bytes_, 0)) {}
  reservation& operator=(reservation&& other) noexcept {
    std::swap(account_, other.account_);
    std::swap(what_, other.what_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~reservation() { account_->release(bytes_); }

  void grow(std::size_t bytes) {
    account_->charge(bytes, what_);
    bytes_ += bytes;
  }
  /// Grows or shrinks to `bytes` in all.
  void resize(std::size_t bytes) {
    if (bytes > bytes_) return grow(bytes - bytes_);
    account_->release(bytes_ - bytes);
    bytes_ = bytes;
  }
  std::size_t bytes() const { return bytes_; }
  /// Takes over what another one holds.
  void absorb(reservation other) { bytes_ += std::exchange(other.bytes_, 0); }

 private:
  memory_account* account_;
  const char* what_;
  std::size_t bytes_ = 0;
};

}  // namespace leat::core

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/shuffle/impl/memory.ipp>
#endif

#endif
