// SPDX-License-Identifier: BSL-1.0
#include <leat/run/engine/engine.hpp>
#include <leat/run/engine/threads.hpp>

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <mutex>
#include <vector>

#include <unistd.h>

namespace leat::core {

/// One call of run(), shared with the threads. A step does one task and queues the next, so that jobs take turns.
struct engine::batch {
  explicit batch(const task_set& set) : tasks(set), next(set.first), arriving(set.first), done(set.last - set.first) {}

  bool open() const { return !stop && next < tasks.last && (tasks.window == 0 || next < arriving + tasks.window); }
  void fail(std::size_t partition, std::exception_ptr why) {
    if (!failure || partition < failed) failure = std::move(why), failed = partition;
    stop = true;
  }

  const task_set tasks;
  std::mutex mutex{};
  std::condition_variable changed{};
  std::size_t next, arriving, queued = 0, active = 0, finished = 0, failed = 0;
  std::vector<char> done;
  std::exception_ptr failure{};
  std::atomic<bool> stop = false;
};

struct engine::inner {
  std::mutex mutex{}, calls_mutex{};
  std::condition_variable idle{};
  std::size_t running = 0;
  bool closed = false, calling = false;
  std::deque<std::function<void()>> calls{};  // of the user's callbacks, while another one is under way
  threads all;
};

LEAT_DECL task*& current_task() {
  static thread_local task* current = nullptr;
  return current;
}

inline engine::entry*& innermost_entry() {
  static thread_local engine::entry* innermost = nullptr;
  return innermost;
}

/// How often this process and those before it have forked, from here on: told without a system call, as each task asks.
inline unsigned forks_until_now() {
  static std::atomic<unsigned> forks = 0;
  [[maybe_unused]] static const int noted = ::pthread_atfork(nullptr, nullptr, [] { ++forks; });
  return forks.load(std::memory_order_relaxed);
}

/// Whether this thread is in a callback: an action there reports no progress, which would call for the next one without end.
inline bool& in_callback() {
  static thread_local bool inside = false;
  return inside;
}

/// Makes this thread work on a task for a while.
struct on_task {
  task* outer = current_task();
  effects* others = current_effects();

  explicit on_task(task& t) {
    current_task() = &t;
    current_effects() = &t.done;
  }
  on_task(on_task&&) = delete;
  ~on_task() {
    current_task() = outer;
    current_effects() = others;
  }
};

LEAT_DECL engine::engine(context_options options)
    : options_(std::move(options)),
      memory_(options_.memory_limit),
      generation_(forks_until_now()),
      in_(new inner{.all = threads(options_.slots)}) {}

LEAT_DECL engine::~engine() { delete in_; }

LEAT_DECL bool engine::mine() const { return generation_ == forks_until_now(); }

LEAT_DECL std::shared_ptr<engine> engine::make(context_options options) {
  return std::shared_ptr<engine>(new engine(std::move(options)), &engine::end);
}

LEAT_DECL void engine::end(engine* e) {
  // In a fork its locks may be held by threads that are not there, and a thread cannot wait for itself.
  static std::atomic<engine*> forgotten = nullptr;
  if (!e->mine() || e->in_->all.here())
    e->forgotten_ = forgotten.exchange(e);
  else
    delete e;
}

LEAT_DECL void engine::check_process() const {
  if (!mine()) throw usage_error("this process is a fork of the one that made the context; make a context of its own here");
}

LEAT_DECL engine::entry::entry(engine& e) : engine_(e), outer_(innermost_entry()) {
  e.check_process();
  {
    const std::lock_guard lock(e.in_->mutex);
    if (e.in_->closed && current_task() == nullptr)
      throw usage_error("the dataset's context has ended; keep the context alive as long as its datasets are used");
    ++e.in_->running;
  }
  innermost_entry() = this;
}

LEAT_DECL engine::entry::~entry() {
  innermost_entry() = outer_;
  if (!engine_.mine()) return;
  const std::lock_guard lock(engine_.in_->mutex);
  if (--engine_.in_->running == 0) engine_.in_->idle.notify_all();
}

LEAT_DECL void engine::close() {
  if (!mine()) return;
  bool part_of_it = in_->all.here();
  for (entry* e = innermost_entry(); e != nullptr; e = e->outer_) part_of_it = part_of_it || &e->engine_ == this;
  std::unique_lock lock(in_->mutex);
  in_->closed = true;
  if (part_of_it) return;
  in_->idle.wait(lock, [&] { return in_->running == 0; });
  lock.unlock();
  in_->all.join();
}

// Callbacks are called one at a time and without a lock: who finds another one under way leaves its own to that thread.
LEAT_DECL void engine::tell(std::function<void()> callback) {
  std::unique_lock lock(in_->calls_mutex);
  in_->calls.push_back(std::move(callback));
  if (std::exchange(in_->calling, true)) return;
  std::exception_ptr failure;
  while (!in_->calls.empty()) {
    const std::function<void()> next = std::move(in_->calls.front());
    in_->calls.pop_front();
    lock.unlock();
    const bool outer = std::exchange(in_callback(), true);
    try {
      next();
    } catch (...) {
      if (!failure) failure = std::current_exception();
    }
    in_callback() = outer;
    check_process();
    lock.lock();
  }
  in_->calling = false;
  if (failure) std::rethrow_exception(std::exchange(failure, nullptr));
}

LEAT_DECL void engine::warn(const task_set& tasks, std::string text, const std::atomic<bool>& stop) {
  if (!options_.log) return;
  task aside{tasks.of};  // so that an action in the callback does not wait for the thread that it runs in
  aside.run.task = true;
  aside.run.stop = &stop;
  {
    const on_task mark(aside);
    current_effects() = nullptr;  // so that it may read accumulators
    tell([this, record = log_record{log_record::warning, std::move(text)}] { options_.log(record); });
  }
  aside.done.commit();
}

LEAT_DECL void engine::attempt(const task_set& tasks, std::size_t partition, const std::atomic<bool>& stop) {
  for (unsigned n = 1;; ++n) {
    task t{tasks.of};
    t.run.task = true;
    t.run.partition = partition;
    t.run.attempt = n - 1;
    t.run.seed = (options_.seed + partition + 1) * 0x9e3779b97f4a7c15u;
    t.run.stop = &stop;
    try {
      {
        const on_task mark(t);
        tasks.attempt(t);
      }
      if (task* const outer = current_task())
        outer->done.absorb(std::move(t.done));
      else
        t.of->take(std::move(t.done));
      return;
    } catch (error& e) {
      e.locate({.partition = partition});
      if (!e.retryable()) throw;
      if (n == attempts) {
        e.note("the task failed in each of " + std::to_string(attempts) + " attempts");
        throw;
      }
      if (stop) throw cancelled("another task failed before this one could be tried again");
      if (t.consumed && t.of->keeps()) throw;
      if (t.consumed) throw inputs_consumed{std::current_exception()};
      warn(tasks, std::string(e.what()) + "\nattempt " + std::to_string(n + 1) + " begins", stop);
    }
  }
}

LEAT_DECL void engine::run_inline(const task_set& tasks) {
  const std::atomic<bool>& stop = *current_task()->run.stop;  // the outer task's end is ours
  for (std::size_t p = tasks.first; p < tasks.last; ++p) {
    attempt(tasks, p, stop);
    if (!tasks.arrived(p)) return;
  }
}

LEAT_DECL void engine::add_runners(const std::shared_ptr<batch>& b) {
  while (b->open() && b->queued + b->active < options_.slots && b->queued < b->tasks.last - b->next) {
    in_->all.post([this, b] { step(b); });
    ++b->queued;
  }
}

LEAT_DECL void engine::step(const std::shared_ptr<batch>& b) {
  std::unique_lock lock(b->mutex);
  --b->queued;
  if (!b->open()) return;
  const std::size_t p = b->next++;
  ++b->active;
  lock.unlock();
  std::exception_ptr failure;
  try {
    attempt(b->tasks, p, b->stop);
  } catch (const cancelled&) {
    if (!b->stop) failure = std::current_exception();
  } catch (...) {
    failure = std::current_exception();
  }
  if (!mine()) {
    std::fputs("leat: a function has forked and its child came back; the child ends\n", stderr);
    ::_exit(1);  // there is nothing that it could go on with
  }
  lock.lock();
  if (failure)
    b->fail(p, std::move(failure));
  else
    b->done[p - b->tasks.first] = 1;
  ++b->finished;
  --b->active;
  add_runners(b);
  b->changed.notify_one();
}

LEAT_DECL void engine::run(const task_set& tasks) {
  if (current_task() != nullptr) return run_inline(tasks);
  auto b = std::make_shared<batch>(tasks);
  std::unique_lock lock(b->mutex);
  // Calls the user's code without the lock; false: it threw or has enough.
  auto call = [&](std::size_t p, auto f) {
    lock.unlock();
    std::exception_ptr failure;
    bool more = true;
    try {
      more = f();
    } catch (...) {
      failure = std::current_exception();
    }
    check_process();
    lock.lock();
    if (failure) b->fail(p, std::move(failure));
    if (!more) b->stop = true;
  };
  in_->all.ask_again();
  add_runners(b);
  if (std::string few = in_->all.refusal(); !few.empty() && options_.log)
    call(tasks.last, [&] {
      tell([this, record = log_record{log_record::warning, std::move(few)}] { options_.log(record); });
      return true;
    });
  for (std::size_t reported = 0; !b->stop && b->arriving < tasks.last;) {
    b->changed.wait(lock, [&] { return b->stop || b->finished != reported; });
    while (!b->stop && b->arriving < tasks.last && b->done[b->arriving - tasks.first]) {
      const std::size_t p = b->arriving++;
      add_runners(b);
      call(p, [&] { return tasks.arrived(p); });
    }
    reported = b->finished;
    if (options_.progress && !in_callback())
      call(tasks.last, [&] {
        tell([this, record = progress_record{tasks.stage, reported, tasks.last - tasks.first}] { options_.progress(record); });
        return true;
      });
  }
  b->stop = true;  // what is still queued does nothing
  b->changed.wait(lock, [&] { return b->active == 0; });
  if (b->failure) std::rethrow_exception(std::exchange(b->failure, nullptr));  // so that it ends in this thread
}

}  // namespace leat::core
