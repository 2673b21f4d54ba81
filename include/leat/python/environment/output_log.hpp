// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_ENVIRONMENT_OUTPUT_LOG_HPP
#define LEAT_PYTHON_ENVIRONMENT_OUTPUT_LOG_HPP

#include <leat/core/config.hpp>
#include <leat/core/log.hpp>
#include <leat/posix/descriptor.hpp>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace leat::python_detail {

/// A stream of a worker's output on its way to the log: cuts it into lines and keeps the last ones.
struct output_stream {
  descriptor fd{};
  std::string partial{};
  bool is_error = false;
};

/// What workers print, on its way to python_options.log: a thread of its own calls that, since it may run functions that print,
/// whose workers are heard meanwhile. Without a callback lines go to stderr.
class output_log {
 public:
  class listener {
   public:
    /// There is room for more lines, or the callback waits for one.
    virtual void hears_again() noexcept = 0;
    /// The callback has dropped the last owner of all this, which is to be deleted.
    virtual void abandoned() noexcept = 0;

   protected:
    ~listener() = default;
  };

  output_log(const log_callback& to, listener& by) : to_(to), by_(by) {}
  /// Throws start_failed where there is no room for the thread.
  LEAT_DECL void start();

  LEAT_DECL void add(log_record line);
  /// Whether more lines should be read; a worker whose lines are not read waits with what it prints.
  LEAT_DECL bool hears() const;
  /// Hands on what has been added.
  LEAT_DECL void flush();
  /// The callback itself may be what waits for a worker: its lines must not wait for the callback then.
  void waits_for_answer() {
    if (calls_here()) hear_all();
  }
  /// Whether this is the thread of the callback.
  bool calls_here() const noexcept { return teller_.get_id() == std::this_thread::get_id(); }
  /// For the callback's thread: `abandoned` is called as soon as the callback has returned.
  void abandon() noexcept { abandoned_ = true; }
  /// Throws what the callback has thrown, once.
  void check() {
    if (failed_.load(std::memory_order_relaxed)) throw_failure();
  }
  /// No line comes any more: hands on what is left.
  LEAT_DECL void end();
  /// For a fork of this process, where the thread is not.
  LEAT_DECL void forget_thread();

 private:
  using lock = std::unique_lock<std::mutex>;

  LEAT_DECL void tell();
  LEAT_DECL void hear_all();
  LEAT_DECL void deliver(std::vector<log_record>& lines);
  LEAT_DECL void throw_failure();

  const log_callback& to_;
  listener& by_;
  mutable std::mutex mutex_{};
  std::condition_variable told_{};
  std::vector<log_record> lines_{};
  std::size_t untold_ = 0;  // bytes of lines that the callback has not seen
  bool silent_ = false;     // no line comes any more
  bool waits_ = false;      // the callback itself waits for workers
  bool abandoned_ = false;
  std::atomic<bool> failed_{false};
  std::exception_ptr failure_{};
  std::thread teller_{};
};

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/environment/impl/output_log.ipp>
#endif

#endif
