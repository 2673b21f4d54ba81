// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_ENVIRONMENT_POOL_HPP
#define LEAT_PYTHON_ENVIRONMENT_POOL_HPP

#include <leat/core/config.hpp>
#include <leat/core/error.hpp>
#include <leat/posix/helper_thread.hpp>
#include <leat/posix/private_folder.hpp>
#include <leat/python/environment/options.hpp>
#include <leat/python/environment/worker.hpp>
#include <leat/python/function/batch_size.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace leat::python_detail {

class pool;

/// Who keeps workers between uses, and gives them back where they are needed.
class idle_workers {
 public:
  virtual ~idle_workers() = default;
  /// Gives one back to its pool; false where it has none to spare.
  virtual bool give_back() noexcept = 0;
};

/// The daemon of one environment, its workers, and the thread that watches them. Starts the daemon at once; workers as they are
/// asked for. All of it ends with the pool.
class pool {
 public:
  /// Throws start_failed when there is no such interpreter, usage_error for options that cannot be right, and input_error
  /// where a file to ship cannot be read.
  LEAT_DECL explicit pool(python_options options);
  /// One that may lose its last owner in its own log callback.
  LEAT_DECL static std::shared_ptr<pool> make(python_options options);
  pool(const pool&) = delete;
  LEAT_DECL ~pool();

  const python_options& options() const noexcept { return options_; }
  /// False in a child of a fork without exec, where the daemon and its workers are still those of the parent.
  bool mine() const noexcept { return owner_ == ::getpid(); }
  /// Throws usage_error in a fork of the process that made this pool, and once what the log callback has thrown.
  void check() {
    check_owner();
    if (log_failed_.load(std::memory_order_relaxed)) throw_log_failure();
  }
  /// The log callback itself may be what waits for a worker: its lines must not wait for the callback then.
  void waits_for_answer() {
    if (teller_.get_id() == std::this_thread::get_id()) hear_all();
  }
  /// The interpreter's absolute path.
  const std::string& interpreter() const noexcept { return interpreter_; }

  /// An idle worker, or a new one; it may still be starting. Throws start_failed when the daemon cannot run. With `reclaim`,
  /// one that the owner can spare is taken before a new one is made.
  LEAT_DECL std::shared_ptr<worker> acquire(bool reclaim = true);
  /// The owner of idle workers whose sessions stay open, made when it is first asked for. It ends before all others.
  LEAT_DECL idle_workers& idle_owner(std::unique_ptr<idle_workers> (*make)(pool&));
  /// Takes a worker back: for the next session, to end where it is to be recycled, or to be killed when it is not fit for one.
  LEAT_DECL void release(std::shared_ptr<worker> w, bool reusable) noexcept;
  /// Ends a worker by SIGKILL.
  LEAT_DECL void kill(worker& w) noexcept;
  /// Why this worker's connection ended: waits for its status, for two seconds at the most, and throws what describes it.
  [[noreturn]] LEAT_DECL void throw_death(worker& w);
  /// The descriptor that tells of the worker's end, or -1 while it is not known; throws start_failed when it did not start in
  /// time.
  LEAT_DECL int pidfd_of(worker& w);

  /// Whether this worker is still running, as far as is known.
  LEAT_DECL bool runs(const worker& w) const;
  /// Describes a worker that has not answered within a time, and is to be killed for it.
  LEAT_DECL worker_timeout overdue(const worker& w, const std::string& span) const;
  /// Processes that are running now: pids of the workers, for tests and reports. Waits for those that are just starting.
  LEAT_DECL std::vector<pid_t> worker_pids() const;
  LEAT_DECL pid_t daemon_pid() const;
  /// Where shipped files and profiles are; empty where there are none.
  const std::string& folder() const noexcept { return folder_.path(); }
  /// Shared memory for large batches.
  shared_buffers& buffers() const noexcept { return *buffers_; }
  /// What has been learnt of functions.
  size_memory& sizes() const noexcept { return sizes_; }

 private:
  using clock = std::chrono::steady_clock;
  using lock = std::unique_lock<std::mutex>;

  LEAT_DECL void start_daemon();  // these twelve: under the lock
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
  LEAT_DECL void check_owner() const;
  LEAT_DECL void stop();
  LEAT_DECL void watch();
  LEAT_DECL void end_daemon();
  LEAT_DECL void hear_all();
  LEAT_DECL void tell();
  LEAT_DECL void deliver_log(std::vector<log_record>& records);
  LEAT_DECL void throw_log_failure();

  python_options options_;
  std::string interpreter_, prefix_{};
  private_folder folder_{};
  std::string settings_{};
  const std::shared_ptr<shared_buffers> buffers_ = std::make_shared<shared_buffers>();

  mutable size_memory sizes_{};

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  descriptor control_{};    // to the daemon; empty: none runs
  descriptor daemon_fd_{};  // readable when it has ended: what it leaves behind may keep its end of the control socket
  descriptor wake_read_{}, wake_write_{};
  output_stream daemon_output_{};
  std::deque<std::string> daemon_tail_{};
  std::string refusal_{};          // what the daemon said when it could not work
  std::string loading_{};          // what it said it would import
  std::vector<log_record> log_{};  // for the callback, which is called without the lock, in a thread of its own
  std::condition_variable told_;
  std::size_t untold_ = 0;  // bytes of lines that the callback has not seen
  bool silent_ = false;     // no line comes any more
  bool waits_ = false;      // the callback itself waits for workers
  bool left_ = false;       // the callback has dropped the last owner
  std::atomic<bool> log_failed_{false};
  std::exception_ptr log_failure_{};
  pid_t daemon_ = -1;
  std::uint32_t generation_ = 0, next_worker_ = 0;
  bool ready_ = false, ending_ = false, robbed_ = false;
  const pid_t owner_ = ::getpid();
  std::vector<std::shared_ptr<worker>> all_{};   // not yet reaped
  std::vector<std::shared_ptr<worker>> idle_{};  // the last one is the warmest
  std::thread monitor_, teller_;
  std::unique_ptr<idle_workers> idle_owner_{};
};

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/environment/impl/pool.ipp>
#endif

#endif
