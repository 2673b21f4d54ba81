// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_CALL_CALL_SESSION_HPP
#define LEAT_PYTHON_CALL_CALL_SESSION_HPP

#include <leat/core/config.hpp>
#include <leat/python/call/request.hpp>
#include <leat/python/session/session.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include <poll.h>

namespace leat::python_detail {

/// One worker that serves calls: its session with one function, and the batches of requests under way in it. Belongs to one
/// thread at a time. Nothing of it throws: what fails are requests.
class call_session final : session::listener {
 public:
  using clock = request::clock;

  explicit call_session(std::shared_ptr<pool> workers) : pool_(std::move(workers)) {}
  call_session(const call_session&) = delete;

  const request_queue* of() const noexcept { return of_.get(); }
  bool open() const noexcept { return session_ != nullptr; }
  bool busy() const noexcept { return !flight_.empty(); }
  bool has_room() const noexcept { return flight_.size() < (of_ ? of_->ahead : 1); }
  /// When `turn` must be called at the latest.
  LEAT_DECL clock::time_point due() const noexcept;

  /// Sends a batch of requests of one queue, which the session has its session opened for.
  LEAT_DECL void send(request_queue::requests batch);
  LEAT_DECL void descriptors(std::vector<pollfd>& into);
  /// Sleeps until there is something to do.
  LEAT_DECL void wait();
  /// Handles what has come, and what has not come in time.
  LEAT_DECL void turn();
  /// Hands the worker back, or ends it where it is busy.
  LEAT_DECL void close() noexcept;
  /// Asks a busy worker to stop; `drain` then waits for that until the time given.
  LEAT_DECL void stop() noexcept;
  LEAT_DECL void drain(clock::time_point until) noexcept;
  /// Fails all requests under way.
  LEAT_DECL void fail(const std::exception_ptr& why);

  LEAT_DECL bool holds(const request& one) const;
  /// A request under way whose thread waits in `call`; null: none.
  LEAT_DECL request* someone() const;

  clock::time_point since{};      // for the dispatcher: it has had no work
  std::vector<request*> ended{};  // for the dispatcher: answered or failed
  std::vector<request*> again{};  // for the dispatcher: to be sent once more, first ones first

 private:
  struct batch {
    std::uint64_t number;
    request_queue::requests requests;
    std::size_t records = 0, answered = 0;
  };

  LEAT_DECL void frame(session& from, const wire::frame_header& header, std::string_view body) override;
  LEAT_DECL void report(const wire::frame_header& header, std::string_view body);
  LEAT_DECL void begin(const std::shared_ptr<request_queue>& what);
  LEAT_DECL void lost(const std::exception_ptr& why);
  LEAT_DECL void expire();
  LEAT_DECL void look_due();
  LEAT_DECL bool wanted() const;
  LEAT_DECL location place(std::optional<std::size_t> record = {}) const;
  LEAT_DECL location place(const request& one) const;
  LEAT_DECL std::exception_ptr reported(std::string_view body, std::optional<std::size_t> record) const;

  std::shared_ptr<pool> pool_;
  std::shared_ptr<request_queue> of_{};
  std::unique_ptr<session> session_{};
  std::deque<batch> flight_{};
  std::uint64_t next_ = 0;
  bool loaded_ = false, over_ = false;                         // the functions are there; the worker has ended the conversation
  clock::time_point sign_{}, due_ = clock::time_point::max();  // when it was opened or had loaded; for `due`
  clock::time_point look_again_ = clock::time_point::max();
  std::exception_ptr trouble_{};
  std::shared_ptr<wire::buffer> spare_ = std::make_shared<wire::buffer>();
  std::vector<pollfd> set_{};
};

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/call/impl/call_session.ipp>
#endif

#endif
