// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_CALL_BATCH_CALL_HPP
#define LEAT_PYTHON_CALL_BATCH_CALL_HPP

#include <leat/core/durations.hpp>
#include <leat/python/call/codecs.hpp>
#include <leat/python/call/dispatcher_ref.hpp>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace leat::python_detail {

/// Some neighbouring records of a range that was given to `batch`.
template <class Record, class R>
class batch_call;

template <class Record, class R>
class batch_slice final : public request {
 public:
  batch_slice(batch_call<Record, R>& all, std::shared_ptr<request_queue> by, std::size_t n, std::size_t first,
              std::size_t count)
      : request(std::move(by)), whole(all), number(n), begin(first) {
    records = count;
    alone = true;
  }

  std::optional<std::size_t> place(std::size_t index) const override { return begin + index; }
  void restart() override { results.clear(); }
  void complete() override { whole.ended(*this); }

  batch_call<Record, R>& whole;
  const std::size_t number, begin;
  std::vector<kept_result<R>> results{};
};

template <class Wire, class Record, class R>
class slice_queue final : public request_queue {
 public:
  using request_queue::request_queue;
  using in_wire = wire_for<Wire, Record>;
  using out_wire = result_wire<Wire, R>;

  std::size_t encode(const requests& all, wire::buffer& out) override {
    auto& p = *static_cast<batch_slice<Record, R>*>(all.front());
    if (p.whole.failed_before(p.begin)) {
      p.error = std::make_exception_ptr(cancelled("an earlier record has failed", {what->name(), {}, {}, {}}));
      return 1;
    }
    typename in_wire::template encoder<Record> encoder;
    encoder.begin(out);
    std::size_t i = 0;
    try {
      for (; i < p.records; ++i) encoder.put(out, p.whole[p.begin + i]);
    } catch (error& e) {
      e.rebase(p.begin + i);
      e.locate({what->name(), {}, {}, {}});
      p.error = std::current_exception();
    }
    const std::size_t size = wire::batch_size(encoder, out);
    encoder.end(out, i);
    p.whole.weigh(p.records, size);
    return 1;
  }

  void results(const requests& all, std::size_t, std::string_view body, std::size_t count) override {
    auto* const p = static_cast<batch_slice<Record, R>*>(all.front());
    if (p == nullptr || p->error) return;
    if constexpr (std::is_void_v<R>) {
      p->results.resize(p->results.size() + count);
    } else {
      const std::size_t before = p->results.size();
      std::size_t taken = 0;
      try {
        taken = out_wire::template decode<R>(body, [&](R&& x) {
          p->results.push_back(std::move(x));
          return true;
        });
      } catch (conversion_error& e) {
        e.rebase(p->begin + before + e.where().record.value_or(0));
        e.locate({what->name(), {}, {}, {}});
        p->error = std::current_exception();
        return;
      }
      if (taken != count) throw_wrong_count(count, taken, {what->name(), {}, {}, {}});
    }
  }
};

/// The queue of a function's batches, where there have been some.
struct late_queue {
  std::mutex mutex;
  std::shared_ptr<request_queue> made{};
};

/// One call of `batch`: keeps slices under way, as many as all workers can have, and puts their results together.
template <class Record, class R>
class batch_call {
 public:
  batch_call(const dispatcher_ref& at, std::shared_ptr<request_queue> of, std::span<const Record> records,
             std::chrono::nanoseconds span)
      : at_(at), of_(std::move(of)), records_(records), span_(span), begun_(request::clock::now()) {}

  auto run() {
    at_.check();  // nothing may be thrown from here on before all slices have ended
    for (std::size_t i = 0; i < 2 * at_.sessions(); ++i)
      if (auto p = next()) at_.go_on(std::move(p));
    while (!over()) waits_->wait(request::clock::time_point::max());
    at_.check();
    if (error_) std::rethrow_exception(error_);
    if constexpr (!std::is_void_v<R>) {
      std::vector<R> all;
      all.reserve(records_.size());
      for (auto& part : parts_)
        for (auto&& x : part) all.push_back(std::move(x));
      return all;
    }
  }

  const Record& operator[](std::size_t i) const { return records_[i]; }
  bool failed_before(std::size_t begin) const {
    const std::lock_guard held(mutex_);
    return failed_ < begin;
  }
  void weigh(std::size_t count, std::size_t bytes) {
    const std::lock_guard held(mutex_);
    weight_ = std::max<std::size_t>(1, bytes / count);
  }
  void ended(batch_slice<Record, R>& p) {
    const std::unique_ptr<batch_slice<Record, R>> owned(&p);
    if (auto more = conclude(p)) at_.go_on(std::move(more));
  }

 private:
  bool over() const {
    const std::lock_guard held(mutex_);
    return under_way_ == 0;
  }
  /// The next slice to send, while that makes sense.
  std::unique_ptr<batch_slice<Record, R>> next() {
    const std::lock_guard held(mutex_);
    return next_locked();
  }
  std::unique_ptr<batch_slice<Record, R>> next_locked() {
    if (error_ || sent_ == records_.size()) return nullptr;
    const std::size_t left = records_.size() - sent_, all = at_.sessions(), idle = all - std::min(all, under_way_);
    const std::size_t count = std::min({of_->limit(left, idle, all), std::max<std::size_t>(1, batch_bytes / weight_), left});
    auto p = std::make_unique<batch_slice<Record, R>>(*this, of_, parts_.size(), sent_, count);
    p->limit(span_, begun_);
    parts_.emplace_back();
    sent_ += count;
    ++under_way_;
    return p;
  }
  std::unique_ptr<batch_slice<Record, R>> conclude(batch_slice<Record, R>& p) {
    const std::lock_guard held(mutex_);
    if (p.error && p.begin < failed_) {
      failed_ = p.begin;
      error_ = std::move(p.error);
    }
    parts_[p.number] = std::move(p.results);
    auto more = next_locked();
    if (--under_way_ == 0) waits_->wake();  // under the lock: after it this object may be gone
    return more;
  }

  const dispatcher_ref at_;
  const std::shared_ptr<request_queue> of_;
  const std::span<const Record> records_;
  const std::chrono::nanoseconds span_;
  const request::clock::time_point begun_;

  mutable std::mutex mutex_{};
  const std::shared_ptr<thread_waker> waits_ = thread_waker::mine();
  std::deque<std::vector<kept_result<R>>> parts_{};
  std::size_t sent_ = 0, under_way_ = 0, weight_ = 1;
  std::size_t failed_ = ~std::size_t{0};
  std::exception_ptr error_{};
};

}  // namespace leat::python_detail

#endif
