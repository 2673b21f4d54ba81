// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_ORDER_HPP
#define LEAT_PYTHON_ORDER_HPP

#include <leat/core/config.hpp>
#include <leat/python/parker.hpp>
#include <leat/python/program.hpp>
#include <leat/python/session.hpp>
#include <leat/wire/buffer.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace leat::python_detail {

class line;
class runner;

/// One call on its way: one record, or the records of a piece of what `batch` was given.
class order {
 public:
  using clock = std::chrono::steady_clock;

  explicit order(std::shared_ptr<line> what) : of(std::move(what)) {}
  order(const order&) = delete;
  virtual ~order() = default;

  /// Lets it end, where it has not been answered, this long after `begun`.
  void limit(std::chrono::nanoseconds span, clock::time_point begun = clock::now()) {
    allowed = span;
    if (span < clock::time_point::max() - begun) deadline = begun + std::chrono::duration_cast<clock::duration>(span);
  }
  /// Where its record number `index` stands in what the user gave, where that is many.
  virtual std::optional<std::size_t> place(std::size_t) const { return {}; }
  /// The results so far do not count: the records are sent again.
  virtual void restart() {}
  /// Its end, told without a lock; not where a thread waits for it in `desk::call`.
  virtual void complete() {}

  const std::shared_ptr<line> of;
  std::exception_ptr error{};
  std::size_t records = 1;
  std::chrono::nanoseconds allowed{};  // until the deadline, for messages
  clock::time_point deadline = clock::time_point::max();
  bool alone = false;  // goes in a batch of its own

  // For the desk.
  clock::time_point since{};
  unsigned deaths = 0;
  std::shared_ptr<parker> owner{};       // the thread that waits in `call`; empty: none
  std::atomic<bool> done{false};         // it need not wait any longer; nobody touches the order after that
  std::atomic<runner*> drives{nullptr};  // what that thread has to drive now
};

/// The calls of one function: how they become batches, and what a worker is told to run.
class line {
 public:
  using orders = std::vector<order*>;  // null: nobody waits for that answer any more

  explicit line(std::shared_ptr<const program> p)
      : what(std::move(p)), open(std::make_shared<wire::buffer>(open_body(*what, core::run_info{}))) {}
  virtual ~line() = default;

  /// Writes the records of these orders as one batch, up to `batch_bytes`; returns how many orders it looked at. One that
  /// cannot be written gets its error and is left out.
  virtual std::size_t encode(const orders& all, wire::buffer& out) = 0;
  /// Takes `count` results; the first is that of record number `at` of these orders.
  virtual void results(const orders& all, std::size_t at, std::string_view body, std::size_t count) = 0;

  /// How many records a batch should have: what a worker computes in a millisecond, or what the user asked for.
  std::size_t limit() const noexcept { return delay.count() > 0 ? most : limit_.load(std::memory_order_relaxed); }
  /// Learns from a batch; from several threads.
  void measure(std::size_t count, std::uint64_t nanoseconds) {
    const auto each = std::max<std::uint64_t>(1, nanoseconds / std::max<std::size_t>(1, count));
    const auto before = average_.load(std::memory_order_relaxed);
    const auto now = before == 0 ? each : (3 * before + each) / 4;
    average_.store(now, std::memory_order_relaxed);
    const auto fits = std::max<std::uint64_t>(1, 1'000'000 / std::max<std::uint64_t>(1, now));
    limit_.store(std::min({static_cast<std::size_t>(fits), limit_.load(std::memory_order_relaxed) * 8, most}),
                 std::memory_order_relaxed);
  }

  const std::shared_ptr<const program> what;
  const session::body_ptr open;
  std::chrono::nanoseconds delay{};  // for which a call waits for others to go with it
  std::size_t most = 1024;           // records a batch
  std::size_t ahead = 1;             // batches in flight to a worker
  std::size_t waiting = 0;           // orders at the desk, under its lock

 private:
  std::atomic<std::size_t> limit_{1};
  std::atomic<std::uint64_t> average_{0};  // nanoseconds a record
};

}  // namespace leat::python_detail

#endif
