// SPDX-License-Identifier: BSL-1.0
#include <leat/run/engine.hpp>

#include <boost/asio/require.hpp>
#include <boost/asio/thread_pool.hpp>

#include <vector>

namespace leat::core {

struct engine::pool {
  explicit pool(std::size_t n) : threads(n) {}
  boost::asio::thread_pool threads;
};

/// One call of run(), shared with the pool's threads. A step does one task and queues the next, so that jobs take turns.
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

LEAT_DECL task*& current_task() {
  static thread_local task* current = nullptr;
  return current;
}

LEAT_DECL engine::engine(context_options options)
    : options_(std::move(options)), memory_(options_.memory_limit), pool_(std::make_unique<pool>(options_.slots)) {}

LEAT_DECL engine::~engine() = default;

LEAT_DECL void engine::enter() {
  std::lock_guard lock(mutex_);
  if (closed_ && current_task() == nullptr)
    throw usage_error("the dataset's context has ended; keep the context alive as long as its datasets are used");
  ++running_;
}

LEAT_DECL void engine::leave() {
  std::lock_guard lock(mutex_);
  if (--running_ == 0) idle_.notify_all();
}

LEAT_DECL void engine::close() {
  std::unique_lock lock(mutex_);
  closed_ = true;
  idle_.wait(lock, [&] { return running_ == 0; });
  pool_->threads.join();
}

LEAT_DECL void engine::log(const log_record& record) {
  std::lock_guard lock(log_mutex_);
  if (options_.log) options_.log(record);
}

LEAT_DECL void engine::report(const task_set& tasks, std::size_t done) {
  std::lock_guard lock(log_mutex_);
  if (options_.progress) options_.progress({tasks.stage, done, tasks.last - tasks.first});
}

LEAT_DECL void engine::attempt(const task_set& tasks, std::size_t partition, const std::atomic<bool>& stop) {
  struct marked {
    task* outer = current_task();
    effects* others = current_effects();
    explicit marked(task& t) {
      current_task() = &t;
      current_effects() = &t.done;
    }
    ~marked() {
      current_task() = outer;
      current_effects() = others;
    }
  };
  for (unsigned n = 1;; ++n) {
    task t{tasks.of};
    t.run.task = true;
    t.run.partition = partition;
    t.run.attempt = n - 1;
    t.run.seed = (options_.seed + partition + 1) * 0x9e3779b97f4a7c15u;
    t.run.stop = &stop;
    try {
      {
        marked mark(t);
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
      if (t.consumed) throw inputs_consumed{std::current_exception()};
      log({log_record::warning, std::string(e.what()) + "\nattempt " + std::to_string(n + 1) + " begins"});
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
    ++b->queued;
    // Never in this thread, which may be the pool's own and holds the batch; post() would do the same and takes longer to
    // compile.
    boost::asio::require(pool_->threads.get_executor(), boost::asio::execution::blocking.never).execute([this, b] { step(b); });
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
    lock.lock();
    if (failure) b->fail(p, std::move(failure));
    if (!more) b->stop = true;
  };
  add_runners(b);
  for (std::size_t reported = 0; !b->stop && b->arriving < tasks.last;) {
    b->changed.wait(lock, [&] { return b->stop || b->finished != reported; });
    while (!b->stop && b->arriving < tasks.last && b->done[b->arriving - tasks.first]) {
      const std::size_t p = b->arriving++;
      add_runners(b);
      call(p, [&] { return tasks.arrived(p); });
    }
    reported = b->finished;
    if (options_.progress) call(tasks.last, [&] { return report(tasks, reported), true; });
  }
  b->stop = true;  // what is still queued does nothing
  b->changed.wait(lock, [&] { return b->active == 0; });
  if (b->failure) std::rethrow_exception(std::exchange(b->failure, nullptr));  // so that it ends in this thread
}

}  // namespace leat::core
