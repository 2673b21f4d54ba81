// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_CALL_HPP
#define LEAT_PYTHON_CALL_HPP

#include <leat/core/stage.hpp>
#include <leat/python/call/batch_call.hpp>
#include <leat/python/environment/environment.hpp>
#include <leat/python/function/bind.hpp>

#if !defined(LEAT_SEPARATE_COMPILATION)  // where files are to compile fast, they include it themselves
#include <leat/python/async.hpp>
#endif

#include <concepts>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace leat {

/// A Python function that C++ calls: `py.function<R(Args...)>("module:name")`. Any thread may call it, and copies of it share
/// the workers. `R` may be `void` (what the function returns is dropped) or `opaque`.
template <class Signature, class Wire = pickle>
class python_function;

template <class R, class... Args, class Wire>
class [[nodiscard("leat: this makes a function and calls none; docs/errors.md#dropped")]] python_function<R(Args...), Wire> {
 public:
  /// What one call sends: its argument, or the tuple of its arguments.
  using record = python_detail::record_of<Args...>;
  using result = std::decay_t<R>;

  python_function(std::shared_ptr<python_detail::pool> workers, python_detail::function what)
      : workers_(std::move(workers)), dispatcher_(*workers_), what_(std::move(what)) {
    what_.spread = sizeof...(Args) != 1 && !vectorised();
    if (vectorised()) delay_ = std::chrono::milliseconds(1);
    renew();
  }

  /// Calls the function in a free worker and waits for its result. Throws as a pipeline does: python_error, conversion_error,
  /// start_failed, or what ended the worker; worker_timeout after the time given to `within`.
  R operator()(Args... args) const {
    python_detail::call_request<record, result> o(calls_, allowed_);
    const auto send = [&](const record& r) {
      o.record = &r;
      dispatcher_.call(o);
    };
    if constexpr (sizeof...(Args) == 1 && (std::same_as<std::decay_t<Args>, record> && ...))
      (send(args), ...);
    else
      send(record(std::forward<Args>(args)...));
    if (o.error) std::rethrow_exception(o.error);
    if constexpr (!std::is_void_v<R>) return std::move(*o.value);
  }

  /// Sends the call and returns its std::future at once. It runs whether or not anyone waits for it.
  auto async(Args... args) const {
    using call = python_detail::posted_call<record, result>;
    constexpr bool included = requires { sizeof(call); };
    static_assert(included,
                  "leat: async yields a std::future, whose header takes long to compile; include leat/python/async.hpp; "
                  "docs/errors.md#async-header");
    if constexpr (included) {
      auto o = std::make_unique<call>(calls_, allowed_, std::forward<Args>(args)...);
      auto answer = o->answer();
      dispatcher_.post(std::move(o));
      return answer;
    } else {
      return core::poison{};
    }
  }

  /// One call for each record, spread over the workers; the results in the order of the records. Throws what the first record
  /// that fails raised, with its index. With several arguments a record is their tuple.
  auto batch(std::span<const record> records) const {
    return python_detail::batch_call<record, result>(dispatcher_, slices(), records, allowed_).run();
  }

  /// Gives the function a value by name: a keyword of its call, of its class's constructor, or a name in its expression. A
  /// `broadcast` or an `accumulator`, too.
  template <class T>
  python_function bind(const std::string& name, const T& value) const {
    python_function bound = *this;
    python_detail::bind_value(bound.what_, name, value);
    bound.renew();
    return bound;
  }
  /// The same function; `batch` sends slices of `n` records, and no more calls than that go to a worker together.
  template <std::integral N>
  python_function batch(N n) const {
    return batch(static_cast<std::size_t>(n), static_cast<std::size_t>(n));
  }
  /// The same with slices of at least `least` records.
  python_function batch(std::size_t least, std::size_t most) const {
    python_function sized = *this;
    sized.what_.batch(least, most);
    sized.renew();
    return sized;
  }
  /// The same function; what goes to a worker together takes at most this long, where that is without what a batch costs
  /// whatever its size. By default it is 1 ms for calls, and for `batch` 100 ms.
  python_function latency(std::chrono::nanoseconds span) const {
    python_function prompt = *this;
    prompt.what_.latency(span);
    prompt.renew();
    return prompt;
  }
  /// The same function; a call that has not been answered this long after it was made throws worker_timeout, and the worker
  /// that has it is killed. For `batch` it is the time for all records.
  python_function within(std::chrono::nanoseconds span) const {
    python_function hasty = *this;
    hasty.allowed_ = python_detail::options_of(*workers_).debug ? std::chrono::nanoseconds::max() : span;
    return hasty;
  }
  /// The same function; a call waits up to `delay` for others to go to a worker with it, until there are `most`. Without, only
  /// those go together that wait for a worker already. Calls of a `batch_function` wait up to 1 ms, and no longer than until
  /// all threads that have lately called wait, too.
  python_function gather(std::chrono::nanoseconds delay, std::size_t most = 1024) const {
    python_function patient = *this;
    patient.delay_ = delay;
    patient.most_ = std::max<std::size_t>(1, most);
    patient.renew();
    return patient;
  }

  /// The same function; arguments that are vectors and arrays of numbers, or hold such, come as arrays of numpy, and results
  /// may be what holds such. They travel as columns. Takes leat/wire/tensor.hpp.
  auto arrays() const { return with_arrays(false); }
  /// The same; a `batch_function` gets one array of all arguments where their shapes agree, with a dimension more.
  auto stacked() const { return with_arrays(true); }

 private:
  template <class, class>
  friend class python_function;

  auto with_arrays(bool stacked) const {
    if constexpr (python_detail::has_arrays<Wire>()) {
      python_function<R(Args...), wire::arrays_on<Wire>> other(workers_, what_);
      other.what_.arrays = true;
      other.what_.stacked = stacked;
      other.allowed_ = allowed_;
      other.delay_ = delay_;
      other.most_ = most_;
      other.renew();
      return other;
    } else {
      return core::poison{};
    }
  }
  bool vectorised() const { return what_.does == python_detail::kind::call_batch; }
  void renew() {
    using namespace python_detail;
    calls_ = share(new call_queue<Wire, record, result>(call_program<Wire, record, result>(*workers_, what_, true)));
    auto prompt = what_.batches;
    if (prompt.latency == 0) prompt.latency = call_latency;
    prompt.careful = !vectorised();
    calls_->delay = delay_;
    calls_->foresees = vectorised();
    calls_->bound(call_queue<Wire, record, result>::gathers ? most_ : 1, prompt);
    pieces_ = std::make_shared<late_queue>();
  }
  /// Made by the first `batch`, since most programs have none, and its code takes long to compile.
  std::shared_ptr<python_detail::request_queue> slices() const {
    using namespace python_detail;
    const std::lock_guard held(pieces_->mutex);
    if (pieces_->made) return pieces_->made;
    auto fresh = share(new slice_queue<Wire, record, result>(call_program<Wire, record, result>(*workers_, what_, false)));
    fresh->bound(std::min(batch_elements, most_rows<typename wire_for<Wire, record>::template encoder<record>>), what_.batches);
    fresh->ahead = 2;
    return pieces_->made = std::move(fresh);
  }

  std::shared_ptr<python_detail::pool> workers_;
  python_detail::dispatcher_ref dispatcher_;
  python_detail::function what_;
  std::shared_ptr<python_detail::request_queue> calls_{};  // single ones
  std::shared_ptr<python_detail::late_queue> pieces_{};    // those of `batch`
  std::chrono::nanoseconds allowed_ = std::chrono::nanoseconds::max(), delay_{};
  std::size_t most_ = 1024;
};

}  // namespace leat

#endif
