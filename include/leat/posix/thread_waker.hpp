// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_POSIX_THREAD_WAKER_HPP
#define LEAT_POSIX_THREAD_WAKER_HPP

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <memory>

namespace leat::python_detail {

/// Where one thread sleeps until another wakes it. Waking takes no lock, so the woken one never runs into its waker.
class thread_waker {
 public:
  using clock = std::chrono::steady_clock;

  /// This thread's own, kept while another may still wake it.
  static const std::shared_ptr<thread_waker>& mine() {
    thread_local const auto own = std::make_shared<thread_waker>();
    return own;
  }

  /// Sleeps until woken since the last time, or until the time given; it may also wake up for no reason.
  void wait(clock::time_point until) {
    if (token_.exchange(0, std::memory_order_acquire) != 0) return;
    timespec end{};
    const bool limited = until != clock::time_point::max();
    if (limited) {
      const auto since = until.time_since_epoch();
      const auto whole = std::chrono::floor<std::chrono::seconds>(since);
      end.tv_sec = whole.count();
      end.tv_nsec = std::chrono::nanoseconds(since - whole).count();
    }
    ::syscall(SYS_futex, &token_, FUTEX_WAIT_BITSET_PRIVATE, 0, limited ? &end : nullptr, nullptr, FUTEX_BITSET_MATCH_ANY);
    token_.exchange(0, std::memory_order_acquire);
  }
  void wake() {
    if (token_.exchange(1, std::memory_order_release) == 0)
      ::syscall(SYS_futex, &token_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
  }

 private:
  std::atomic<std::uint32_t> token_{0};
};
static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t));

}  // namespace leat::python_detail

#endif
