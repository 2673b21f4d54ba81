// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_SESSION_SESSION_HPP
#define LEAT_PYTHON_SESSION_SESSION_HPP

#include <leat/core/config.hpp>
#include <leat/python/environment/pool.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

namespace leat::python_detail {

/// One conversation with one worker: a non-blocking pump that writes what is queued and reads what has come.
class session {
 public:
  class listener {
   public:
    virtual void frame(session& from, const wire::frame_header& header, std::string_view body) = 0;

   protected:
    ~listener() = default;
  };
  using body_ptr = std::shared_ptr<const wire::buffer>;

  /// Keeps the worker from filling a buffer of results again. Ends before the worker is handed back.
  class loan {
   public:
    loan() = default;
    loan(std::shared_ptr<worker> of, std::uint64_t number) : of_(std::move(of)), number_(number) {}
    loan(loan&&) = default;
    loan& operator=(loan&& other) noexcept {
      std::swap(of_, other.of_);
      std::swap(number_, other.number_);
      return *this;
    }
    ~loan() {
      if (of_) of_->link.read.push_back(number_);
    }
    explicit operator bool() const noexcept { return of_ != nullptr; }

   private:
    std::shared_ptr<worker> of_{};
    std::uint64_t number_ = 0;
  };

  /// `shared_values` are those that the opening refers to; the worker gets those that it has not been sent yet.
  LEAT_DECL session(std::shared_ptr<pool> workers, body_ptr open, const std::vector<shared_value_ptr>& shared_values = {},
                    bool reclaim = true);
  session(const session&) = delete;
  /// A session that has not been closed or drained ends with its worker.
  LEAT_DECL ~session();

  /// A large body that stands in a buffer is read there by the worker.
  LEAT_DECL void data(std::uint64_t batch, std::size_t count, body_ptr body);
  /// `count` of the elements in the body: those behind the first `skipped`.
  LEAT_DECL void part(std::uint64_t batch, std::size_t skipped, std::size_t count, body_ptr body);
  /// Asks the worker to hand back what it has not begun; it need not. False: it is not known yet whom to ask.
  LEAT_DECL bool recall();
  /// Lets the worker put large results into buffers.
  void share_results() noexcept { share_results_ = true; }
  /// For a listener that is given a frame: keeps its body where that stands in a buffer; empty where it does not.
  loan keep() noexcept { return std::move(given_); }
  LEAT_DECL void end();
  LEAT_DECL void cancel();
  /// Cancels, and writes that at once as far as the socket takes it.
  LEAT_DECL void stop() noexcept;

  /// Writes what the socket takes and reads one block. Frames go to the listener. Returns whether anything moved; throws a
  /// worker_died when the worker has ended, or protocol_error.
  LEAT_DECL bool pump(listener& to, bool read);
  /// Throws what describes the worker's end.
  [[noreturn]] LEAT_DECL void died();
  /// For a worker that has ended: hands over what it had still to say, then throws what describes its end, since a child that
  /// it left behind may keep the socket open. Neither where it had closed the session, or when `wanted()` says that it is no
  /// loss.
  template <class Wanted>
  void hear_out(listener& to, Wanted wanted) {
    while (!closed_ && wanted() && pump(to, true)) {
    }
    if (!closed_ && wanted()) died();
  }
  /// Discards what comes until the worker has closed the session; kills it when it has not by then.
  LEAT_DECL void drain(std::chrono::steady_clock::time_point until) noexcept;
  /// Hands the worker back without waiting for its last frame, which a later session drops. Everything must have been written.
  LEAT_DECL void leave() noexcept;

  int socket() const noexcept { return worker_->link.socket.get(); }
  int pidfd() {
    if (pidfd_ < 0) pidfd_ = pool_->pidfd_of(*worker_);
    return pidfd_;
  }
  /// The worker has ended; what it had still to say may be unread.
  LEAT_DECL bool ended();
  /// The worker runs, as far as is known.
  bool usable() const { return !broken_ && pool_->runs(*worker_); }
  worker_timeout overdue(const std::string& span) const { return pool_->overdue(*worker_, span); }
  bool wants_write() const noexcept { return !queue_.empty(); }
  bool closed() const noexcept { return closed_; }
  /// The conversation itself failed: its worker died, or sent what is no frame.
  bool broken() const noexcept { return broken_; }
  /// The worker is not used again: it answered against the rules.
  void distrust() noexcept { worker_->link.garbled = true; }

 private:
  struct outgoing {
    char header[wire::header_size];
    body_ptr body;
    shared_value_ptr value{};                          // its descriptor goes with the frame
    std::shared_ptr<const shared_buffer> in_buffer{};  // lent with the frame
    int fd = -1;                                       // of a buffer that the frame tells of
    bool kept = false;                                 // stays wanted when the session is cancelled
    std::size_t written = 0;

    std::size_t size() const { return sizeof header + (body ? body->size() : 0); }
    int descriptor() const { return written != 0 ? -1 : value ? value->descriptor() : fd; }  // to go with the first byte
  };
  outgoing& queue(wire::frame_kind kind, std::uint64_t batch, std::size_t count, body_ptr body, std::uint8_t flags = 0);
  void tell_of(const shared_buffer& s, std::uint8_t flags);
  void give_result_buffers();
  std::string_view result_in_buffer(std::string_view where);
  void hand_over(const std::vector<shared_value_ptr>& shared_values);
  void forget(const std::vector<shared_value_ptr>& wanted);
  bool write_some();
  bool read_some(listener& to);
  void take_frames(listener& to);
  void done(bool reusable) noexcept;

  std::shared_ptr<pool> pool_;
  std::shared_ptr<worker> worker_;
  std::uint32_t number_;
  int pidfd_ = -1;
  std::deque<outgoing> queue_{};
  loan given_{};
  bool closed_ = false, cancelled_ = false, broken_ = false, share_results_ = false;
};

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/session/impl/session.ipp>
#include <leat/wire/buffer.hpp>
#include <leat/wire/frame.hpp>
#endif

#endif
