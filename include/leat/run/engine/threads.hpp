// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_ENGINE_THREADS_HPP
#define LEAT_RUN_ENGINE_THREADS_HPP

#include <leat/core/config.hpp>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include <pthread.h>

namespace leat::core {

/// The threads of a context: made when work comes and none is idle, `most` at the most, and kept until join().
class threads {
 public:
  explicit threads(std::size_t most) : most_(most) {}
  threads(threads&&) = delete;
  ~threads() { join(); }

  /// Does `work`, which must not throw, in one of the threads, after what was posted before. Throws `resource_error` where none
  /// runs and none can be made; where some run, those do it.
  LEAT_DECL void post(std::function<void()> work);
  /// Allows to ask the system again for threads that it has refused.
  LEAT_DECL void ask_again();
  /// What is to be said about threads that the system has refused; empty where there are none, and after the first time.
  LEAT_DECL std::string refusal();
  /// Whether this is one of the threads.
  LEAT_DECL bool here() const;
  /// Waits for what was posted, also meanwhile by what runs, and ends the threads. Not in one of them.
  LEAT_DECL void join();

 private:
  LEAT_DECL void make_one();  // under the lock
  LEAT_DECL std::string describe(int error) const;
  LEAT_DECL void work();

  const std::size_t most_;
  mutable std::mutex mutex_{};
  std::condition_variable changed_{};
  std::deque<std::function<void()>> posted_{};
  std::vector<pthread_t> made_{};       // to join
  std::size_t running_ = 0, idle_ = 0;  // threads that take work, and those of them that have none
  std::string refused_{};
  bool ending_ = false, refuses_ = false, told_ = false;
};

}  // namespace leat::core

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/run/engine/impl/threads.ipp>
#endif

#endif
