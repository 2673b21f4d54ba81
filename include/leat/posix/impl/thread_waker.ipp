// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_POSIX_IMPL_THREAD_WAKER_IPP
#define LEAT_POSIX_IMPL_THREAD_WAKER_IPP

#include <leat/posix/thread_waker.hpp>

#include <ctime>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace leat::python_detail {

LEAT_DECL const std::shared_ptr<thread_waker>& thread_waker::mine() {
  thread_local const auto own = std::make_shared<thread_waker>();
  return own;
}

LEAT_DECL void thread_waker::wait(clock::time_point until) {
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

LEAT_DECL void thread_waker::wake() {
  if (token_.exchange(1, std::memory_order_release) == 0)
    ::syscall(SYS_futex, &token_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

}  // namespace leat::python_detail

#endif
