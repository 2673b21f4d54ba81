// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_ENGINE_ENGINE_HPP
#define LEAT_RUN_ENGINE_ENGINE_HPP

#include <leat/run/engine/options.hpp>
#include <leat/run/engine/task.hpp>
#include <leat/shuffle/memory.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <string>

namespace leat::core {

/// What a context and its datasets share: the options, the threads, the memory account. Closed when the context ends. In a fork
/// of the process that made it there are no threads, so it refuses all use there and takes nothing apart.
class engine {
 public:
  static constexpr unsigned attempts = 4;

  LEAT_DECL static std::shared_ptr<engine> make(context_options options);
  engine(engine&&) = delete;

  const context_options& options() const { return options_; }
  memory_account& memory() { return memory_; }
  std::size_t next_ordinal() { return ordinal_.fetch_add(1, std::memory_order_relaxed); }

  /// Runs the tasks on the threads, or one after the other in this thread when it is a task's own. Returns when all have ended,
  /// and throws the failure of the lowest partition among those that failed.
  LEAT_DECL void run(const task_set& tasks);
  /// Refuses new actions, waits for those that run, and ends the threads. Waits for nothing where this thread is itself part of
  /// an action, such as in a callback: the threads then end with the last dataset.
  LEAT_DECL void close();

  /// Held while an action runs. Throws `usage_error` once the context has ended, and in a fork.
  class entry {
   public:
    LEAT_DECL explicit entry(engine& e);
    LEAT_DECL ~entry();
    entry(entry&&) = delete;

   private:
    friend engine;
    engine& engine_;
    entry* const outer_;
  };

 private:
  struct batch;
  struct inner;  // what the files that use datasets are spared

  LEAT_DECL explicit engine(context_options options);
  LEAT_DECL ~engine();
  LEAT_DECL static void end(engine* e);

  LEAT_DECL bool mine() const;  // and not those of the process that this one is a fork of
  LEAT_DECL void check_process() const;
  LEAT_DECL void attempt(const task_set& tasks, std::size_t partition, const std::atomic<bool>& stop);
  LEAT_DECL void warn(const task_set& tasks, std::string text, const std::atomic<bool>& stop);
  LEAT_DECL void run_inline(const task_set& tasks);
  LEAT_DECL void add_runners(const std::shared_ptr<batch>& b);
  LEAT_DECL void step(const std::shared_ptr<batch>& b);
  LEAT_DECL void tell(std::function<void()> callback);

  context_options options_;
  memory_account memory_;
  std::atomic<std::size_t> ordinal_ = 0;
  const unsigned generation_;
  engine* forgotten_ = nullptr;
  inner* const in_;
};

}  // namespace leat::core

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/run/engine/impl/engine.ipp>
#endif

#endif
