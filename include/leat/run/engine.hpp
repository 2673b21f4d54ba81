// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_ENGINE_HPP
#define LEAT_RUN_ENGINE_HPP

#include <leat/run/options.hpp>
#include <leat/run/task.hpp>
#include <leat/shuffle/memory.hpp>

#include <condition_variable>
#include <memory>
#include <mutex>

namespace leat::core {

/// What a context and its datasets share: the options, the threads, the memory account. Closed when the context ends.
class engine {
 public:
  static constexpr unsigned attempts = 4;

  LEAT_DECL explicit engine(context_options options);
  LEAT_DECL ~engine();
  engine(engine&&) = delete;

  const context_options& options() const { return options_; }
  memory_account& memory() { return memory_; }
  std::size_t next_ordinal() { return ordinal_.fetch_add(1, std::memory_order_relaxed); }

  /// Runs the tasks on the pool, or one after the other in this thread when it is a task's own. Returns when all have ended,
  /// and throws the failure of the lowest partition among those that failed.
  LEAT_DECL void run(const task_set& tasks);
  /// Calls the user's log callback, from one thread at a time.
  LEAT_DECL void log(const log_record& record);
  /// Refuses new actions, waits for those that run, and ends the threads.
  LEAT_DECL void close();

  /// Held while an action runs. Throws `usage_error` once the context has ended.
  class entry {
   public:
    explicit entry(engine& e) : engine_(e) { engine_.enter(); }
    ~entry() { engine_.leave(); }
    entry(entry&&) = delete;

   private:
    engine& engine_;
  };

 private:
  struct batch;
  struct pool;

  LEAT_DECL void enter();
  LEAT_DECL void leave();
  LEAT_DECL void attempt(const task_set& tasks, std::size_t partition, const std::atomic<bool>& stop);
  LEAT_DECL void run_inline(const task_set& tasks);
  LEAT_DECL void add_runners(const std::shared_ptr<batch>& b);
  LEAT_DECL void step(const std::shared_ptr<batch>& b);
  LEAT_DECL void report(const task_set& tasks, std::size_t done);

  context_options options_;
  memory_account memory_;
  std::atomic<std::size_t> ordinal_ = 0;
  std::unique_ptr<pool> pool_;
  std::mutex mutex_{}, log_mutex_{};
  std::condition_variable idle_{};
  std::size_t running_ = 0;
  bool closed_ = false;
};

}  // namespace leat::core

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/run/impl/engine.ipp>
#endif

#endif
