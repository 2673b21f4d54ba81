// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_ASYNC_HPP
#define LEAT_PYTHON_ASYNC_HPP

// What `async` of a function needs. An include of its own, since <future> takes a tenth of the time in which leat.hpp compiles.
#include <leat/python/call/codecs.hpp>

#include <future>
#include <memory>
#include <type_traits>
#include <utility>

namespace leat::python_detail {

/// A call that a future waits for, or nobody. Deletes itself at its end.
template <class Record, class R>
class posted_call final : public call_request<Record, R> {
 public:
  template <class... A>
  posted_call(std::shared_ptr<request_queue> by, std::chrono::nanoseconds span, A&&... args)
      : call_request<Record, R>(std::move(by), span), own_(std::forward<A>(args)...) {
    this->record = &own_;
  }
  std::future<R> answer() { return promise_.get_future(); }

  void complete() override {
    if (this->error)
      promise_.set_exception(std::move(this->error));
    else if constexpr (std::is_void_v<R>)
      promise_.set_value();
    else
      promise_.set_value(std::move(*this->value));
    delete this;
  }

 private:
  Record own_;
  std::promise<R> promise_{};
};

}  // namespace leat::python_detail

#endif
