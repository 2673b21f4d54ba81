// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_SESSION_IMPL_SESSION_IPP
#define LEAT_PYTHON_SESSION_IMPL_SESSION_IPP

#include <leat/posix/message.hpp>
#include <leat/python/session/session.hpp>
#include <leat/wire/endian.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace leat::python_detail {

inline constexpr std::size_t read_block = 256 * 1024;              // bytes a recv
inline constexpr std::size_t idle_value_bytes = 64 * 1024 * 1024;  // that a worker keeps though nobody refers to them

LEAT_DECL session::session(std::shared_ptr<pool> workers, body_ptr open, const std::vector<shared_value_ptr>& shared_values,
                           bool reclaim)
    : pool_(std::move(workers)), worker_(pool_->acquire(reclaim)), number_(++worker_->link.sessions) {
  if (!worker_->link.sent.empty()) forget(shared_values);
  hand_over(shared_values);
  queue(wire::frame_kind::open, wire::none, 0, std::move(open));
}

LEAT_DECL session::~session() {
  if (worker_) done(closed_ && !broken_);
}

LEAT_DECL void session::done(bool reusable) noexcept {
  reusable = reusable && queue_.empty() && !worker_->link.garbled;
  pool_->release(std::exchange(worker_, nullptr), reusable);
}

LEAT_DECL void session::leave() noexcept {
  closed_ = true;
  done(true);
}

LEAT_DECL session::outgoing& session::queue(wire::frame_kind kind, std::uint64_t batch, std::size_t count, body_ptr body,
                                            std::uint8_t flags) {
  auto& out = queue_.emplace_back();
  out.body = std::move(body);
  wire::write_header(out.header, {kind, number_, batch, count, out.body ? out.body->size() : 0, flags});
  return out;
}

LEAT_DECL void session::hand_over(const std::vector<shared_value_ptr>& shared_values) {
  auto& sent = worker_->link.sent;
  for (auto const& b : shared_values) {
    const auto found = std::find_if(sent.begin(), sent.end(), [&](auto const& s) { return s.digest == b->digest(); });
    if (found != sent.end()) {
      sent.erase(found);
    } else {
      auto body = std::make_shared<wire::buffer>();
      body->append(b->digest());
      body->append(b->kind());
      auto& out = queue(wire::frame_kind::value, wire::none, b->size(), std::move(body));
      out.value = b;
      out.kept = true;
    }
    sent.push_back({b->digest(), b->size(), b, b->broadcast()});
  }
}

/// What nobody here refers to any more stays in the worker up to a bound, the latest longest: a stage that a loop makes anew
/// each time binds the same values again.
LEAT_DECL void session::forget(const std::vector<shared_value_ptr>& wanted) {
  auto& sent = worker_->link.sent;
  auto body = std::make_shared<wire::buffer>();
  std::size_t idle = 0;
  for (auto s = sent.end(); s != sent.begin();) {
    --s;
    if (!s->content.expired() ||
        std::any_of(wanted.begin(), wanted.end(), [&](auto const& b) { return b->digest() == s->digest; }))
      continue;
    idle += s->size;
    if (!s->broadcast && idle <= idle_value_bytes) continue;
    body->append(s->digest);
    s = sent.erase(s);
  }
  if (!body->empty()) queue(wire::frame_kind::forget, wire::none, 0, std::move(body)).kept = true;
}

LEAT_DECL void session::data(std::uint64_t batch, std::size_t count, body_ptr body) {
  const auto s = std::static_pointer_cast<shared_buffer>(body->owner());
  auto& w = *worker_;
  if (!s || body->size() < shared_buffer_threshold || w.link.loans.size() >= most_loans) {
    queue(wire::frame_kind::data, batch, count, std::move(body));
    return;
  }
  const auto number = static_cast<std::size_t>(s->number());
  if (w.link.knows.size() <= number) w.link.knows.resize(number + 1);
  if (!w.link.knows[number]) tell_of(*s, 0);
  w.link.knows[number] = true;
  w.link.loans.emplace(number, s);
  auto where = std::make_shared<wire::buffer>();
  where->commit(wire::put_little(wire::put_little(where->grow(16), s->number()), std::uint64_t{body->size()}));
  queue(wire::frame_kind::data, batch, count, std::move(where), wire::in_buffer).in_buffer = s;
}

LEAT_DECL void session::part(std::uint64_t batch, std::size_t skipped, std::size_t count, body_ptr body) {
  queue(wire::frame_kind::skip, batch, skipped, nullptr);
  queue(wire::frame_kind::data, batch, count, std::move(body));
}

LEAT_DECL bool session::recall() {
  if (!pool_->knows(*worker_)) return false;
#ifdef SYS_pidfd_send_signal
  if (pidfd() >= 0) ::syscall(SYS_pidfd_send_signal, pidfd_, SIGURG, nullptr, 0);
#endif
  return true;
}

// ---- buffers

LEAT_DECL void session::tell_of(const shared_buffer& s, std::uint8_t flags) {
  auto& out = queue(wire::frame_kind::buffer, s.number(), shared_buffer_size, nullptr, flags);
  out.fd = s.descriptor();
  out.kept = true;
}

LEAT_DECL void session::give_result_buffers() {
  auto& w = *worker_;
  for (std::uint64_t i = 0; i != result_buffers; ++i)
    if (auto made = shared_buffer::make(i, shared_buffer::use::results)) w.link.results.push_back(std::move(made));
  if (w.link.results.size() != result_buffers) return w.link.results.clear();
  w.link.filled.assign(result_buffers, false);
  for (auto const& s : w.link.results) tell_of(*s, wire::for_results);
}

/// The body of a frame whose results stand in a buffer; nothing that the worker says of it is trusted.
LEAT_DECL std::string_view session::result_in_buffer(std::string_view where) {
  auto& w = *worker_;
  const auto refuse = [](const std::string& why) { throw protocol_error("a worker sent results in a buffer " + why); };
  if (where.size() != 16) refuse("and does not say where");
  const auto number = wire::get_little<std::uint64_t>(where.data()), length = wire::get_little<std::uint64_t>(where.data() + 8);
  if (number >= w.link.results.size()) refuse("that it does not have: " + std::to_string(number));
  const auto i = static_cast<std::size_t>(number);
  if (length > shared_buffer_size) refuse("of another size: " + std::to_string(length) + " bytes");
  if (w.link.filled[i]) refuse("that has not been read yet: " + std::to_string(number));
  w.link.filled[i] = true;
  given_ = loan(worker_, number);
  return {w.link.results[i]->data(), static_cast<std::size_t>(length)};
}

// ----

LEAT_DECL void session::end() { queue(wire::frame_kind::end, wire::none, 0, nullptr); }

LEAT_DECL void session::cancel() {
  if (std::exchange(cancelled_, true)) return;
  std::erase_if(queue_, [&](auto const& out) {  // a started frame must be finished
    const bool unsent = out.written == 0 && !out.kept;
    if (unsent && out.in_buffer) worker_->link.loans.erase(out.in_buffer->number());
    return unsent;
  });
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
  std::rethrow_exception(pool_->death_of(*worker_));
}

LEAT_DECL bool session::ended() {
  pollfd set{pidfd(), POLLIN, 0};
  return set.fd >= 0 && ::poll(&set, 1, 0) == 1;
}

LEAT_DECL bool session::write_some() {
  bool moved = false;
  for (const auto number : worker_->link.read) {
    worker_->link.filled[static_cast<std::size_t>(number)] = false;
    queue(wire::frame_kind::free, number, 0, nullptr).kept = true;
  }
  worker_->link.read.clear();
  while (!queue_.empty()) {
    iovec parts[16];
    int n = 0;
    const int fd = queue_.front().descriptor();
    for (auto const& out : queue_) {
      if (n + 2 > 16 || (n > 0 && (fd >= 0 || out.descriptor() >= 0))) break;
      const std::size_t size = sizeof out.header, at = out.written;
      if (at < size) parts[n++] = {const_cast<char*>(out.header) + at, size - at};
      const std::size_t skip = at > size ? at - size : 0;
      if (out.body && out.body->size() > skip)
        parts[n++] = {const_cast<char*>(out.body->data()) + skip, out.body->size() - skip};
    }
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = static_cast<std::size_t>(n);
    message_descriptors along;
    if (fd >= 0) along.attach(message, &fd, 1);
    const ssize_t sent = ::sendmsg(worker_->link.socket.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
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
  auto& reader = worker_->link.reader;
  const auto [space, room] = reader.space(read_block);
  const ssize_t n = ::recv(worker_->link.socket.get(), space, room, MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (n <= 0 && cancelled_) {  // it died instead of closing: nothing that it could say is wanted any more
    broken_ = true;
    return false;
  }
  if (n < 0 && (errno == EBADF || errno == ENOTSOCK)) {
    broken_ = true;
    throw_closed_descriptors();
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
    const bool whole = worker_->link.reader.next(header, body);
    if (whole && header.kind == wire::frame_kind::free && worker_->link.loans.erase(header.batch) == 0)
      throw protocol_error("a worker gave back buffer " + std::to_string(header.batch) + ", which it did not have");
    if (whole && (header.flags & wire::forked) != 0) worker_->link.forked = true;
    if (whole && (header.flags & wire::in_buffer) != 0) body = result_in_buffer(body);
    const struct drop {
      loan& given;
      ~drop() { given = loan(); }
    } at_end{given_};
    broken_ = false;
    if (!whole) return;
    if (header.kind == wire::frame_kind::error && header.session == 0) worker_->link.beginning = body;
    if (header.kind == wire::frame_kind::free || header.session != number_) continue;  // or of an earlier conversation
    const bool last = header.kind == wire::frame_kind::closed;
    if (last) closed_ = true;
    if (cancelled_ || (last && body.empty())) continue;
    if (!last && share_results_ && body.size() >= shared_buffer_threshold && worker_->link.results.empty())
      give_result_buffers();
    try {
      to.frame(*this, header, body);
    } catch (const protocol_error&) {
      worker_->link.garbled = true;
      throw;
    }
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
      pollfd set{worker_->link.socket.get(), static_cast<short>(wants_write() ? POLLIN | POLLOUT : POLLIN), 0};
      ::poll(&set, 1, static_cast<int>(left));
    }
  } catch (const error&) {
    broken_ = true;  // the worker has died, or is killed below
  }
  done(closed_ && !broken_);
}

}  // namespace leat::python_detail

#endif
