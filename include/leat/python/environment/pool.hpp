// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_ENVIRONMENT_POOL_HPP
#define LEAT_PYTHON_ENVIRONMENT_POOL_HPP

#include <leat/core/config.hpp>
#include <leat/core/error.hpp>
#include <leat/python/environment/options.hpp>
#include <leat/python/environment/worker.hpp>
#include <leat/python/function/batch_size.hpp>

#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

namespace leat::python_detail {

class pool;

/// Who keeps workers between uses, and gives them back where they are needed.
class idle_workers {
 public:
  virtual ~idle_workers() = default;
  /// Gives one back to its pool; false where it has none to spare.
  virtual bool give_back() noexcept = 0;
};

/// The workers of one environment: what sessions, exchanges and calls need of them, however they come to be.
class pool {
 public:
  explicit pool(python_options options) : options_(std::move(options)) {}
  pool(const pool&) = delete;
  virtual ~pool() = default;

  const python_options& options() const noexcept { return options_; }
  /// The interpreter's absolute path.
  const std::string& interpreter() const noexcept { return interpreter_; }
  /// False in a child of a fork without exec, where the workers are still those of the parent.
  bool mine() const noexcept { return owner_ == ::getpid(); }
  /// Throws usage_error in a fork of the process that made this pool, and once what the log callback has thrown.
  virtual void check() { check_owner(); }
  /// This thread is about to wait for a worker.
  virtual void waits_for_answer() {}

  /// An idle worker, or a new one; it may still be starting. Throws start_failed when none can run. With `reclaim`, one that
  /// the owner of idle workers can spare is taken before a new one is made.
  virtual std::shared_ptr<worker> acquire(bool reclaim = true) = 0;
  /// Takes a worker back: for the next session, to end where it is to be recycled, or to be killed when it is not fit for one.
  virtual void release(std::shared_ptr<worker> w, bool reusable) noexcept = 0;
  /// Ends a worker by SIGKILL.
  virtual void kill(worker& w) noexcept = 0;
  /// Why this worker's connection ended: waits for its status, for two seconds at the most, and describes it.
  virtual std::exception_ptr death_of(worker& w) = 0;
  /// The descriptor that tells of the worker's end, or -1 while it is not known; throws start_failed when it did not start in
  /// time.
  virtual int pidfd_of(worker& w) = 0;
  /// Whether this worker is still running, as far as is known.
  virtual bool runs(const worker& w) const = 0;
  /// It is known by now which process it is.
  virtual bool knows(const worker& w) const = 0;
  /// Describes a worker that has not answered within a time, and is to be killed for it.
  virtual worker_timeout overdue(const worker& w, const std::string& span) const = 0;
  /// Processes that are running now: pids of the workers, for tests and reports. Waits for those that are just starting.
  virtual std::vector<pid_t> worker_pids() const = 0;
  /// Of the process that forks them; -1: there is none.
  virtual pid_t daemon_pid() const = 0;
  /// Where shipped files and profiles are; empty where there are none.
  virtual const std::string& folder() const noexcept = 0;

  /// The owner of idle workers whose sessions stay open, made when it is first asked for. It ends before all others.
  LEAT_DECL idle_workers& idle_owner(std::unique_ptr<idle_workers> (*maker)(pool&));
  /// Shared memory for large batches.
  shared_buffers& buffers() const noexcept { return *buffers_; }
  /// What has been learnt of functions.
  size_memory& sizes() const noexcept { return sizes_; }

 protected:
  LEAT_DECL void check_owner() const;
  /// Lets the owner of idle workers give one back; false: there is none, or it has none.
  LEAT_DECL bool reclaim();
  /// Ends the owner of idle workers. For destructors: it uses all of the pool.
  void end_idle_owner() noexcept { idle_owner_ = nullptr; }

  python_options options_;
  std::string interpreter_{};

 private:
  const pid_t owner_ = ::getpid();
  const std::shared_ptr<shared_buffers> buffers_ = std::make_shared<shared_buffers>();
  mutable size_memory sizes_{};
  std::mutex idle_mutex_{};
  std::unique_ptr<idle_workers> idle_owner_{};
};

/// What to say where the program has closed descriptors that are not its own.
[[noreturn]] LEAT_DECL void throw_closed_descriptors();

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/environment/impl/pool.ipp>
#endif

#endif
