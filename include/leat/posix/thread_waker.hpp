// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_POSIX_THREAD_WAKER_HPP
#define LEAT_POSIX_THREAD_WAKER_HPP

#include <leat/core/config.hpp>
#include <leat/core/durations.hpp>

#include <atomic>
#include <cstdint>
#include <memory>

namespace leat::python_detail {

/// Where one thread sleeps until another wakes it. Waking takes no lock, so the woken one never runs into its waker.
class thread_waker {
 public:
  using clock = std::chrono::steady_clock;

  /// This thread's own, kept while another may still wake it.
  LEAT_DECL static const std::shared_ptr<thread_waker>& mine();

  /// Sleeps until woken since the last time, or until the time given; it may also wake up for no reason.
  LEAT_DECL void wait(clock::time_point until);
  LEAT_DECL void wake();

 private:
  std::atomic<std::uint32_t> token_{0};
};
static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t));

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/posix/impl/thread_waker.ipp>
#endif

#endif
