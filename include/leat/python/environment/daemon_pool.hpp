// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_ENVIRONMENT_DAEMON_POOL_HPP
#define LEAT_PYTHON_ENVIRONMENT_DAEMON_POOL_HPP

#include <leat/core/config.hpp>
#include <leat/posix/helper_thread.hpp>
#include <leat/posix/private_folder.hpp>
#include <leat/python/environment/output_log.hpp>
#include <leat/python/environment/pool.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace leat::python_detail {

/// The pool whose workers a daemon forks: the daemon, its workers, and the thread that watches them. Starts the daemon at once;
/// workers as they are asked for. All of it ends with the pool.
class daemon_pool final : public pool, output_log::listener {
 public:
  /// Throws start_failed when there is no such interpreter, usage_error for options that cannot be right, and input_error
  /// where a file to ship cannot be read.
  LEAT_DECL explicit daemon_pool(python_options options);
  /// One that may lose its last owner in its own log callback.
  LEAT_DECL static std::shared_ptr<daemon_pool> make(python_options options);
  LEAT_DECL ~daemon_pool() override;

  void check() override {
    check_owner();
    log_.check();
  }
  void waits_for_answer() override { log_.waits_for_answer(); }
  LEAT_DECL std::shared_ptr<worker> acquire(bool may_reclaim = true) override;
  LEAT_DECL void release(std::shared_ptr<worker> w, bool reusable) noexcept override;
  LEAT_DECL void kill(worker& w) noexcept override;
  LEAT_DECL std::exception_ptr death_of(worker& w) override;
  LEAT_DECL int pidfd_of(worker& w) override;
  LEAT_DECL bool runs(const worker& w) const override;
  LEAT_DECL bool knows(const worker& w) const override;
  LEAT_DECL worker_timeout overdue(const worker& w, const std::string& span) const override;
  LEAT_DECL std::vector<pid_t> worker_pids() const override;
  LEAT_DECL pid_t daemon_pid() const override;
  const std::string& folder() const noexcept override { return folder_.path(); }

 private:
  using clock = std::chrono::steady_clock;
  using lock = std::unique_lock<std::mutex>;

  // Under the lock.
  LEAT_DECL void start_daemon();
  LEAT_DECL std::shared_ptr<worker> spawn();
  LEAT_DECL void control_message();
  LEAT_DECL bool drain(worker* w, output_stream& out);  // false: at its end
  LEAT_DECL void finish_output(worker& w);
  LEAT_DECL bool ask(unsigned char op, std::uint32_t id, const int* fds = nullptr, int count = 0, std::int64_t value = 0);
  LEAT_DECL std::size_t free_index() const;
  LEAT_DECL bool due_for_recycling(const worker& w) const;
  LEAT_DECL void retire(worker& w);
  LEAT_DECL int end_overdue();  // milliseconds until it is to be called again, or -1
  LEAT_DECL bool robbed();      // the program has closed descriptors of this pool, which is over then
  LEAT_DECL void wake();

  [[noreturn]] LEAT_DECL void throw_death(worker& w);
  LEAT_DECL void stop();
  LEAT_DECL void watch();
  LEAT_DECL void end_daemon();
  LEAT_DECL void hears_again() noexcept override;
  LEAT_DECL void abandoned() noexcept override;

  std::string prefix_{};
  private_folder folder_{};
  std::string settings_{};
  output_log log_;

  mutable std::mutex mutex_{};
  mutable std::condition_variable changed_{};
  descriptor control_{};    // to the daemon; empty: none runs
  descriptor daemon_fd_{};  // readable when it has ended: what it leaves behind may keep its end of the control socket
  descriptor wake_read_{}, wake_write_{};
  output_stream daemon_output_{};
  std::deque<std::string> daemon_tail_{};
  std::string refusal_{};  // what the daemon said when it could not work
  std::string loading_{};  // what it said it would import
  pid_t daemon_ = -1;
  std::uint32_t generation_ = 0, next_worker_ = 0;
  bool ready_ = false, ending_ = false, robbed_ = false;
  std::vector<std::shared_ptr<worker>> all_{};   // not yet reaped
  std::vector<std::shared_ptr<worker>> idle_{};  // the last one is the warmest
  std::thread monitor_{};
};

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/environment/impl/daemon_pool.ipp>
#endif

#endif
