// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_CALL_REQUEST_HPP
#define LEAT_PYTHON_CALL_REQUEST_HPP

#include <leat/core/config.hpp>
#include <leat/core/durations.hpp>
#include <leat/posix/thread_waker.hpp>
#include <leat/python/function/batch_size.hpp>
#include <leat/python/session/program.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

namespace leat::python_detail {

class request_queue;
class call_session;

/// One call on its way: one record, or the records of a slice of what `batch` was given.
class request {
 public:
  using clock = std::chrono::steady_clock;

  LEAT_DECL explicit request(std::shared_ptr<request_queue> what);
  request(const request&) = delete;
  LEAT_DECL virtual ~request();

  /// Lets it end, where it has not been answered, this long after `begun`.
  void limit(std::chrono::nanoseconds span, clock::time_point begun = clock::now()) {
    allowed = span;
    if (span < clock::time_point::max() - begun) deadline = begun + std::chrono::duration_cast<clock::duration>(span);
  }
  /// Where its record number `index` stands in what the user gave, where that is many.
  virtual std::optional<std::size_t> place(std::size_t) const { return {}; }
  /// The results so far do not count: the records are sent again.
  virtual void restart() {}
  /// Its end, told without a lock; not where a thread waits for it in `call_dispatcher::call`.
  virtual void complete() {}

  const std::shared_ptr<request_queue> of;
  std::exception_ptr error{};
  std::size_t records = 1;
  std::chrono::nanoseconds allowed{};  // until the deadline, for messages
  clock::time_point deadline = clock::time_point::max();
  bool alone = false;  // goes in a batch of its own

  // For the dispatcher.
  clock::time_point since{};
  unsigned deaths = 0;
  std::shared_ptr<thread_waker> owner{};       // the thread that waits in `call`; empty: none
  std::atomic<bool> done{false};               // it need not wait any longer; nobody touches the request after that
  std::atomic<call_session*> drives{nullptr};  // what that thread has to drive now
};

/// The calls of one function: how they become batches, and what a worker is told to run.
class request_queue {
 public:
  using requests = std::vector<request*>;  // null: nobody waits for that answer any more

  LEAT_DECL explicit request_queue(std::shared_ptr<const program> p);
  LEAT_DECL virtual ~request_queue();

  /// Writes the records of these requests as one batch, up to `batch_bytes`; returns how many requests it looked at. One that
  /// cannot be written gets its error and is left out.
  virtual std::size_t encode(const requests& all, wire::buffer& out) = 0;
  /// Takes `count` results; the first is that of record number `at` of these requests.
  virtual void results(const requests& all, std::size_t at, std::string_view body, std::size_t count) = 0;

  /// How many records a batch should have, of so many that are left, for so many workers.
  std::size_t limit(std::size_t left = ~std::size_t{0}, std::size_t idle = 1, std::size_t workers = 1) const {
    if (delay.count() > 0) return most;
    const std::lock_guard held(mutex_);
    return size_.next(left, idle, workers);
  }
  /// Learns from a batch; from several threads.
  void measure(std::size_t count, std::uint64_t nanoseconds) {
    const std::lock_guard held(mutex_);
    size_.measure(count, nanoseconds);
  }
  void bound(std::size_t elements, batch_wishes wishes) {
    size_.bound(elements, wishes);
    most = size_.most();
  }
  /// Whether this call waits for others to go with it. Under the dispatcher's lock, as what follows.
  bool holds(const request& o, request::clock::time_point now, std::size_t workers) const {
    if (delay.count() == 0 || o.alone || o.since + delay <= now) return false;
    if (!foresees || posted != 0) return waiting < most;
    // Threads that call by turns come back at about the same time: who of them is here decides, not the clock. Where a batch
    // under way ends too late for that, they are not waited for.
    const bool all_here = open_calls >= callers;
    return waiting < company(workers) && !(all_here && open_calls > waiting && ends > o.since + delay);
  }
  /// So many calls go to a worker now.
  void sent(std::size_t calls, request::clock::time_point now) {
    callers = std::max<std::size_t>(1, std::min<std::size_t>(callers, open_calls));
    const std::lock_guard held(mutex_);
    ends = now + std::chrono::nanoseconds(static_cast<std::int64_t>(size_.expected(calls)));
  }

  const std::shared_ptr<const program> what;
  const std::shared_ptr<const wire::buffer> open;
  std::chrono::nanoseconds delay{};  // for which a call waits for others to go with it
  std::size_t most = 1;              // records a batch
  std::size_t ahead = 1;             // batches in flight to a worker
  bool foresees = false;             // a call does not wait for others that nobody is there to make

  // Under the dispatcher's lock.
  std::size_t waiting = 0, posted = 0;     // requests there; of those: which no thread waits for
  std::size_t callers = 1;                 // threads that have lately called at the same time
  std::atomic<std::size_t> open_calls{0};  // that threads wait for, here or on their way
  request::clock::time_point ends{};       // when the last batch should be answered

 private:
  /// How many calls are to wait for each other: all there are, or a worker's share where each has a cost of its own.
  std::size_t company(std::size_t workers) const {
    const std::size_t all = std::min(callers, most);
    const std::lock_guard held(mutex_);
    const double each = size_.expected(1) - size_.once();
    const bool spread = each * static_cast<double>(all) > size_.once() * static_cast<double>(workers);
    return spread ? (all + workers - 1) / workers : all;
  }

  mutable std::mutex mutex_;
  batch_size size_{};
};

/// Shares a line, whatever it sends: a std::shared_ptr of each type of line takes 20 ms to compile.
LEAT_DECL std::shared_ptr<request_queue> share(request_queue* made);

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/call/impl/request.ipp>
#endif

#endif
