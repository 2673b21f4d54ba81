// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_SESSION_HPP
#define LEAT_PYTHON_SESSION_HPP

#include <leat/core/config.hpp>
#include <leat/python/pool.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>

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

  LEAT_DECL session(std::shared_ptr<pool> workers, body_ptr open);
  session(const session&) = delete;
  /// A session that has not been closed or drained ends with its worker.
  LEAT_DECL ~session();

  LEAT_DECL void data(std::uint64_t batch, std::size_t count, body_ptr body);
  LEAT_DECL void end();
  LEAT_DECL void cancel();
  /// Cancels, and writes that at once as far as the socket takes it.
  LEAT_DECL void stop() noexcept;

  /// Writes what the socket takes and reads one block. Frames go to the listener. Returns whether anything moved; throws a
  /// worker_died when the worker has ended, or protocol_error.
  LEAT_DECL bool pump(listener& to, bool read);
  /// Throws what describes the worker's end.
  [[noreturn]] LEAT_DECL void died();
  /// Discards what comes until the worker has closed the session; kills it when it has not by then.
  LEAT_DECL void drain(std::chrono::steady_clock::time_point until) noexcept;
  /// Hands the worker back without waiting for its last frame, which a later session drops. Everything must have been written.
  LEAT_DECL void leave() noexcept;

  int socket() const noexcept { return worker_->socket.get(); }
  int pidfd() { return pool_->pidfd_of(*worker_); }
  bool wants_write() const noexcept { return !queue_.empty(); }
  bool closed() const noexcept { return closed_; }
  /// The conversation itself failed: its worker died, or sent what is no frame.
  bool broken() const noexcept { return broken_; }

 private:
  struct outgoing {
    char header[wire::header_size];
    body_ptr body;
    std::size_t written = 0;

    std::size_t size() const { return sizeof header + (body ? body->size() : 0); }
  };
  void queue(wire::frame_kind kind, std::uint64_t batch, std::size_t count, body_ptr body);
  bool write_some();
  bool read_some(listener& to);
  void take_frames(listener& to);
  void done(bool reusable) noexcept;

  std::shared_ptr<pool> pool_;
  std::shared_ptr<worker> worker_;
  std::uint32_t number_;
  std::deque<outgoing> queue_{};
  bool closed_ = false, cancelled_ = false, broken_ = false;
};

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/impl/session.ipp>
#include <leat/wire/buffer.hpp>
#include <leat/wire/frame.hpp>
#endif

#endif
