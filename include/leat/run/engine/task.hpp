// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_ENGINE_TASK_HPP
#define LEAT_RUN_ENGINE_TASK_HPP

#include <leat/core/config.hpp>
#include <leat/core/error.hpp>
#include <leat/core/run_info.hpp>
#include <leat/run/engine/function_ref.hpp>
#include <leat/run/engine/job.hpp>

#include <exception>

namespace leat::core {

/// One attempt at one partition of a stage of a job. What it makes is private until the attempt has succeeded.
struct task {
  job* of;
  run_info run{};
  effects done{};         // outside of it
  bool consumed = false;  // elements were moved out of what the job holds, so a second attempt would miss them

  std::size_t partition() const { return run.partition; }
  /// Called between chunks: throws `cancelled` where the results are no longer wanted.
  void check() const {
    if (run.stopped()) throw cancelled("the task was stopped because another one failed or the result is complete");
  }
};

/// The task that this thread is working on, or null.
LEAT_DECL task*& current_task();

/// A stage of a job: one task a partition.
struct task_set {
  const char* stage;  // its name, for progress
  job* of;
  std::size_t first, last;                  // partitions
  function_ref<void(task&)> attempt;        // in a thread of the pool, again after a failure that may pass
  function_ref<bool(std::size_t)> arrived;  // in the caller's thread, in partition order, once each; false: enough
  std::size_t window = 0;                   // tasks that may run ahead of `arrived`; 0: all
};

/// A retryable failure of a task that had consumed its input: the job starts again and keeps its inputs.
struct inputs_consumed {
  std::exception_ptr cause;
};

}  // namespace leat::core

#endif
