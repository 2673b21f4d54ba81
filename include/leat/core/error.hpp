// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_ERROR_HPP
#define LEAT_CORE_ERROR_HPP

#include <leat/core/config.hpp>

#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace leat {

/// Where a failure happened; what is not known stays empty. Counts start at 0; `record` counts the elements that entered the
/// stage: of the partition, or of the whole range where there are no partitions. Where it may be any of several, it is the
/// first of them and `last_record` the last.
struct location {
  std::string stage{};
  std::optional<std::size_t> partition{};
  std::optional<std::size_t> batch{};
  std::optional<std::size_t> record{};
  std::optional<std::size_t> last_record{};
};

/// Base of all exceptions of the library. `what()` names the stage, partition, batch and record, then the cause and the fix.
class error : public std::exception {
 public:
  LEAT_DECL explicit error(std::string message, location at = {});

  LEAT_DECL const char* what() const noexcept override;
  /// The cause alone, without the place.
  const std::string& message() const noexcept { return message_; }
  const location& where() const noexcept { return at_; }
  /// True where a second attempt on a fresh worker may succeed (a worker's death), false for what would fail again.
  virtual bool retryable() const noexcept { return false; }

  /// Fills in those fields of the place that are still unknown.
  LEAT_DECL void locate(const location& at);
  /// Replaces the record: a codec counts inside a batch, a stage from the start of its input.
  LEAT_DECL void rebase(std::optional<std::size_t> record);
  /// Adds a line to the cause, such as how many attempts were made.
  LEAT_DECL void note(const std::string& line);

 private:
  LEAT_DECL void render();

  std::string message_;
  location at_;
  std::string text_;
};

/// A call that cannot be right: a bad argument, a dataset whose context has ended, a context made inside a task.
class usage_error : public error {
 public:
  using error::error;
};

/// A file or folder that is missing, unreadable, of the wrong kind, or that changed while it was read.
class input_error : public error {
 public:
  using error::error;
};

/// A file or stream that cannot be made or written: the disk is full, the folder is missing.
class output_error : public error {
 public:
  using error::error;
};

/// What only some elements have, such as `first`, `reduce` or `max`, of nothing.
class empty_dataset : public error {
 public:
  using error::error;
};

/// The tables and results of a job outgrew the context's memory limit.
class memory_limit_exceeded : public error {
 public:
  using error::error;
};

/// The system gives no more of what a run needs, such as a thread.
class resource_error : public error {
 public:
  using error::error;
};

/// The job was stopped from outside, or by another task's failure.
class cancelled : public error {
 public:
  using error::error;
};

/// One Python exception as text: its type's qualified name, its message and its traceback.
struct python_exception {
  std::string type{};
  std::string message{};
  std::string traceback{};
};

/// A Python function raised. Carries the exception as data, its causes (outermost first), and the place.
class python_error : public error {
 public:
  LEAT_DECL python_error(python_exception raised, std::vector<python_exception> causes, location at = {});

  const std::string& type() const noexcept { return raised_.type; }
  const std::string& python_message() const noexcept { return raised_.message; }
  const std::string& traceback() const noexcept { return raised_.traceback; }
  const std::vector<python_exception>& causes() const noexcept { return causes_; }

 private:
  python_exception raised_;
  std::vector<python_exception> causes_;
};

/// A value that does not fit the declared type, on its way to Python or back. `repr` is cut at 200 bytes.
class conversion_error : public error {
 public:
  LEAT_DECL conversion_error(std::string expected, std::string python_type, std::string repr, location at = {});

  const std::string& expected() const noexcept { return expected_; }
  const std::string& python_type() const noexcept { return python_type_; }
  const std::string& repr() const noexcept { return repr_; }

 private:
  std::string expected_, python_type_, repr_;
};

/// Bytes that are no frame, or a frame that the conversation does not allow at this point.
class protocol_error : public error {
 public:
  using error::error;
};

/// The interpreter or its worker could not be started: what was looked for, and what to install.
class start_failed : public error {
 public:
  using error::error;
};

/// Base of a worker's deaths; `stderr_tail` holds the last lines that the worker wrote.
class worker_died : public error {
 public:
  LEAT_DECL worker_died(const std::string& cause, std::string tail, location at = {});

  bool retryable() const noexcept override { return true; }
  const std::string& stderr_tail() const noexcept { return tail_; }

 private:
  std::string tail_;
};

/// A worker ended by a signal.
class worker_killed : public worker_died {
 public:
  worker_killed(int signal, const std::string& cause, std::string tail, location at = {})
      : worker_died(cause, std::move(tail), std::move(at)), signal_(signal) {}
  int signal() const noexcept { return signal_; }

 private:
  int signal_;
};

/// A worker that ended by itself, by `os._exit` or `sys.exit`.
class worker_exited : public worker_died {
 public:
  worker_exited(int code, const std::string& cause, std::string tail, location at = {})
      : worker_died(cause, std::move(tail), std::move(at)), code_(code) {}
  int code() const noexcept { return code_; }

 private:
  int code_;
};

/// A worker that the memory limit or the kernel's out-of-memory killer ended.
class worker_out_of_memory : public worker_died {
 public:
  using worker_died::worker_died;
};

/// A worker that did not answer in time and was killed.
class worker_timeout : public worker_died {
 public:
  using worker_died::worker_died;
};

}  // namespace leat

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/core/impl/error.ipp>
#endif

#endif
