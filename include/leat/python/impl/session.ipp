// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_IMPL_SESSION_IPP
#define LEAT_PYTHON_IMPL_SESSION_IPP

#include <leat/python/session.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace leat::python_detail {

inline constexpr std::size_t read_block = 256 * 1024;  // bytes a recv

LEAT_DECL session::session(std::shared_ptr<pool> workers, body_ptr open)
    : pool_(std::move(workers)), worker_(pool_->acquire()), number_(++worker_->sessions) {
  queue(wire::frame_kind::open, wire::none, 0, std::move(open));
}

LEAT_DECL session::~session() {
  if (worker_) done(closed_ && !broken_);
}

LEAT_DECL void session::done(bool reusable) noexcept {
  pool_->release(std::exchange(worker_, nullptr), reusable && queue_.empty());
}

LEAT_DECL void session::leave() noexcept {
  closed_ = true;
  done(true);
}

LEAT_DECL void session::queue(wire::frame_kind kind, std::uint64_t batch, std::size_t count, body_ptr body) {
  auto& out = queue_.emplace_back();
  out.body = std::move(body);
  wire::write_header(out.header, {kind, number_, batch, count, out.body ? out.body->size() : 0});
}

LEAT_DECL void session::data(std::uint64_t batch, std::size_t count, body_ptr body) {
  queue(wire::frame_kind::data, batch, count, std::move(body));
}

LEAT_DECL void session::end() { queue(wire::frame_kind::end, wire::none, 0, nullptr); }

LEAT_DECL void session::cancel() {
  if (std::exchange(cancelled_, true)) return;
  while (!queue_.empty() && queue_.back().written == 0) queue_.pop_back();  // a started frame must be finished
  queue(wire::frame_kind::cancel, wire::none, 0, nullptr);
}

LEAT_DECL void session::stop() noexcept {
  if (closed_ || broken_) return;
  cancel();
  write_some();
}

LEAT_DECL bool session::pump(listener& to, bool read) {
  const bool wrote = write_some();
  return (read && !closed_ && !broken_ && read_some(to)) || wrote;
}

LEAT_DECL void session::died() {
  broken_ = true;
  pool_->throw_death(*worker_);
}

LEAT_DECL bool session::write_some() {
  bool moved = false;
  while (!queue_.empty()) {
    iovec parts[16];
    int n = 0;
    for (auto const& out : queue_) {
      if (n + 2 > 16) break;
      const std::size_t size = sizeof out.header, at = out.written;
      if (at < size) parts[n++] = {const_cast<char*>(out.header) + at, size - at};
      const std::size_t skip = at > size ? at - size : 0;
      if (out.body && out.body->size() > skip)
        parts[n++] = {const_cast<char*>(out.body->data()) + skip, out.body->size() - skip};
    }
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = static_cast<std::size_t>(n);
    const ssize_t sent = ::sendmsg(worker_->socket.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return moved;  // full; or at its end: the reading side finds out why, after what the worker had still to say
    moved = true;
    auto left = static_cast<std::size_t>(sent);
    while (left > 0) {
      auto& out = queue_.front();
      const std::size_t here = std::min(left, out.size() - out.written);
      out.written += here;
      left -= here;
      if (out.written == out.size()) queue_.pop_front();
    }
  }
  return moved;
}

LEAT_DECL bool session::read_some(listener& to) {
  auto& reader = worker_->reader;
  const auto [space, room] = reader.space(read_block);
  const ssize_t n = ::recv(worker_->socket.get(), space, room, MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (n <= 0 && cancelled_) {  // it died instead of closing: nothing that it could say is wanted any more
    broken_ = true;
    return false;
  }
  if (n <= 0) died();
  reader.arrived(static_cast<std::size_t>(n));
  take_frames(to);
  return true;
}

LEAT_DECL void session::take_frames(listener& to) {
  wire::frame_header header;
  std::string_view body;
  for (;;) {
    broken_ = true;  // unless the frame can be read
    const bool whole = worker_->reader.next(header, body);
    broken_ = false;
    if (!whole) return;
    if (header.session != number_) continue;  // of an earlier conversation
    if (header.kind == wire::frame_kind::closed)
      closed_ = true;
    else if (!cancelled_)
      to.frame(*this, header, body);
  }
}

LEAT_DECL void session::drain(std::chrono::steady_clock::time_point until) noexcept {
  if (!worker_) return;
  struct deaf final : listener {
    void frame(session&, const wire::frame_header&, std::string_view) override {}
  } nobody;
  try {
    if (!broken_) take_frames(nobody);  // what had arrived behind the frame that made the listener throw
    while (!closed_ && !broken_) {
      if (pump(nobody, true)) continue;
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
      if (closed_ || broken_ || left <= 0) break;
      pollfd set{worker_->socket.get(), static_cast<short>(wants_write() ? POLLIN | POLLOUT : POLLIN), 0};
      ::poll(&set, 1, static_cast<int>(left));
    }
  } catch (const protocol_error&) {
    // marked as broken: the worker is killed below
  }
  done(closed_ && !broken_);
}

}  // namespace leat::python_detail

#endif
