// SPDX-License-Identifier: BSL-1.0
// A pool without processes: its workers are the far ends of socket pairs, which a test plays frame by frame.
#ifndef LEAT_TESTS_PYTHON_FAKE_POOL_HPP
#define LEAT_TESTS_PYTHON_FAKE_POOL_HPP

#include <leat/posix/message.hpp>
#include <leat/python/environment/pool.hpp>
#include <leat/wire/endian.hpp>
#include <leat/wire/frame.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace fake {

namespace pd = leat::python_detail;
namespace wire = leat::wire;
using kind = wire::frame_kind;
using clock = std::chrono::steady_clock;

inline constexpr std::chrono::seconds patience{30};  // catches hangs only

/// What elements are on this wire: eight bytes each.
using longs = std::vector<std::int64_t>;

inline std::string encoded(const longs& xs) {
  std::string text(8 * xs.size(), '\0');
  if (!xs.empty()) std::memcpy(text.data(), xs.data(), text.size());
  return text;
}
inline longs decoded(std::string_view body) {
  longs xs(body.size() / 8);
  if (!xs.empty()) std::memcpy(xs.data(), body.data(), 8 * xs.size());
  return xs;
}
inline std::string eight(std::uint64_t x) {
  std::string text(8, '\0');
  wire::put_little(text.data(), x);
  return text;
}
/// A pickled dict of texts, as in the body of an error.
inline std::string dict(const std::vector<std::pair<std::string, std::string>>& items) {
  std::string text = "\x80\x05}(";
  for (auto const& [key, value] : items)
    for (const std::string& s : {key, value}) text += "\x8c" + std::string(1, static_cast<char>(s.size())) + s;
  return text + "u.";
}
inline std::string raised(const std::string& type, const std::string& message) {
  return dict({{"kind", "python"}, {"type", type}, {"message", message}});
}

struct message {
  kind what{};
  std::uint8_t flags = 0;
  std::uint32_t session = 0;
  std::uint64_t batch = 0, count = 0;
  std::string body{};
  pd::descriptor fd{};

  longs values() const { return decoded(body); }
};

/// Elements that a worker has got, and the results of them that it has still to send.
struct work {
  std::uint64_t batch = 0;
  longs elements{};
};

/// The worker's end of a conversation.
class worker {
 public:
  worker(pd::descriptor socket, pd::descriptor end) : socket_(std::move(socket)), end_(std::move(end)) {}

  std::uint32_t session = 0;  // of what it sends
  int descriptor() const noexcept { return socket_.get(); }
  std::atomic<bool> dead{false};         // by `die`
  std::atomic<unsigned> handed_back{0};  // times that its user gave it back, fit for another session
  std::atomic<bool> killed{false};       // its user gave it back as not fit for one
  std::atomic<bool> forked{false};       // as its user saw it when it gave it back
  std::atomic<bool> unknown{false};      // as it is before the interpreter has told of it
  std::atomic<unsigned> recalled{0};     // times that it was told to hand back what it has not begun

  /// The next frame, if all of it has come. Moves what the socket holds into memory, so the host may write on.
  std::optional<message> take() {
    receive();
    if (in_.size() < wire::header_size) return {};
    const char* const at = in_.data();
    if (at[0] != 'l' || at[1] != 't') throw std::runtime_error("the host sends what is no frame");
    const auto length = static_cast<std::size_t>(wire::get_little<std::uint64_t>(at + 24));
    if (in_.size() < wire::header_size + length) return {};
    message m;
    m.what = static_cast<kind>(at[2]);
    m.flags = static_cast<std::uint8_t>(at[3]);
    m.session = wire::get_little<std::uint32_t>(at + 4);
    m.batch = wire::get_little<std::uint64_t>(at + 8);
    m.count = wire::get_little<std::uint64_t>(at + 16);
    m.body = in_.substr(wire::header_size, length);
    in_.erase(0, wire::header_size + length);
    if ((m.what == kind::value || m.what == kind::buffer) && !fds_.empty()) {
      m.fd = std::move(fds_.front());
      fds_.pop_front();
    }
    if (m.what == kind::open) session = m.session;
    return m;
  }
  /// The next frame, which may take the host a while.
  message next() {
    const auto until = clock::now() + patience;
    for (;;) {
      if (auto m = take()) return std::move(*m);
      if (clock::now() > until || at_end_) throw std::runtime_error("a worker waits for a frame that does not come");
      pollfd set{socket_.get(), POLLIN, 0};
      ::poll(&set, 1, 100);
    }
  }
  message expect(kind what) {
    message m = next();
    REQUIRE(static_cast<int>(m.what) == static_cast<int>(what));
    return m;
  }
  /// The kinds of all that has come.
  std::vector<kind> kinds() {
    std::vector<kind> all;
    while (auto m = take()) all.push_back(m->what);
    return all;
  }
  /// A batch, where one has come; what frames before it say of it is heeded. A session's end is noted.
  std::optional<work> batch() {
    while (auto m = take()) {
      if (m->what == kind::skip) skip_ = static_cast<std::size_t>(m->count);
      if (m->what == kind::end) ends = true;
      if (m->what == kind::cancel) cancelled = true;
      if (m->what == kind::open) ends = cancelled = false;
      if (m->what != kind::data) continue;
      const longs xs = m->values();
      const std::size_t first = std::exchange(skip_, 0);
      if (m->flags != 0 || first + m->count > xs.size()) throw std::runtime_error("a worker gets what is no batch in a frame");
      const auto from = xs.begin() + static_cast<std::ptrdiff_t>(first);
      return work{m->batch, longs(from, from + static_cast<std::ptrdiff_t>(m->count))};
    }
    return {};
  }
  bool ends = false, cancelled = false;

  /// What the socket does not take goes with a later `take`.
  void raw(std::string_view bytes) {
    out_ += bytes;
    flush();
  }
  void send(kind what, std::uint64_t batch, std::uint64_t count, std::string_view body, std::uint8_t flags = 0) {
    char header[wire::header_size];
    wire::write_header(header, {what, session, batch, count, body.size(), flags});
    raw(std::string(header, sizeof header).append(body));
  }
  void data(std::uint64_t batch, const longs& results) { send(kind::data, batch, results.size(), encoded(results)); }
  void done(std::uint64_t batch, std::uint64_t consumed, std::uint64_t results, std::uint64_t ns = 1'000'000) {
    send(kind::done, batch, consumed, eight(results) + eight(ns));
  }
  void answer(std::uint64_t batch, const longs& results) {
    data(batch, results);
    done(batch, results.size(), results.size());
  }
  void error(std::uint64_t batch, std::uint64_t record, std::string_view body) { send(kind::error, batch, record, body); }
  void closed(std::string_view updates = {}) { send(kind::closed, wire::none, 0, updates); }
  /// The process ends; a child that it leaves behind may keep the socket open.
  void die(bool leaves_child = false) {
    dead = true;
    const std::uint64_t one = 1;
    REQUIRE(::write(end_.get(), &one, sizeof one) == sizeof one);
    if (!leaves_child) socket_.reset();
  }

 private:
  void flush() {
    std::size_t sent = 0;
    while (socket_ && sent < out_.size()) {
      const ssize_t n = ::send(socket_.get(), out_.data() + sent, out_.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n <= 0) break;
      sent += static_cast<std::size_t>(n);
    }
    out_.erase(0, sent);
  }
  void receive() {
    flush();
    while (!at_end_ && socket_) {
      char block[65536];
      iovec part{block, sizeof block};
      msghdr m{};
      m.msg_iov = &part;
      m.msg_iovlen = 1;
      pd::message_descriptors along;
      along.expect(m);
      const ssize_t n = ::recvmsg(socket_.get(), &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
      if (n < 0) return;
      at_end_ = n == 0;
      if (auto fd = pd::message_descriptors::received(m)) fds_.push_back(std::move(fd));
      in_.append(block, static_cast<std::size_t>(n));
    }
  }

  pd::descriptor socket_, end_;
  std::string in_{}, out_{};
  std::deque<pd::descriptor> fds_{};
  std::size_t skip_ = 0;
  bool at_end_ = false;
};

inline leat::python_options with_workers(std::size_t workers) {
  leat::python_options o;
  o.workers = workers;
  return o;
}

class pool final : public pd::pool {
 public:
  explicit pool(leat::python_options o = with_workers(1)) : pd::pool(std::move(o)) { interpreter_ = "/usr/bin/fake"; }
  ~pool() override { end(); }
  void end() { end_idle_owner(); }

  /// What workers do whenever the host looks, where host and workers are one thread.
  std::function<void()> turn{};
  int send_buffer = 0;    // of the host's sockets; 0: the system's
  bool starting = false;  // workers have no pidfd yet

  /// Worker number `i`, counted from 0, as soon as there is one.
  worker& at(std::size_t i) {
    std::unique_lock held(mutex_);
    if (!changed_.wait_for(held, patience, [&] { return all_.size() > i; }))
      throw std::runtime_error("the host has not asked for worker " + std::to_string(i));
    return *all_[i];
  }
  std::size_t made() const {
    const std::lock_guard held(mutex_);
    return all_.size();
  }

  void check() override {
    pd::pool::check();
    if (!turn) return;
    if (clock::now() > until_) throw std::runtime_error("the host waits for what nobody sends");
    turn();
  }
  std::shared_ptr<pd::worker> acquire(bool may_reclaim) override {
    for (bool asked = !may_reclaim;; asked = true) {
      {
        const std::lock_guard held(mutex_);
        if (!idle_.empty()) {
          auto w = std::move(idle_.back());
          idle_.pop_back();
          return w;
        }
      }
      if (asked || !reclaim()) break;
    }
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw std::runtime_error("no socket pair");
    if (send_buffer != 0) ::setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
    auto w = std::make_shared<pd::worker>();
    w->link.socket = pd::descriptor(ends[0]);
    w->pidfd = pd::descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    pd::descriptor end(::fcntl(w->pidfd.get(), F_DUPFD_CLOEXEC, 3));
    const std::lock_guard held(mutex_);
    w->number = static_cast<std::uint32_t>(all_.size());
    all_.push_back(std::make_unique<worker>(pd::descriptor(ends[1]), std::move(end)));
    changed_.notify_all();
    return w;
  }
  void release(std::shared_ptr<pd::worker> w, bool reusable) noexcept override {
    const std::lock_guard held(mutex_);
    worker& far = *all_[w->number];
    far.forked = w->link.forked;
    if (reusable && !far.dead) {
      ++far.handed_back;
      idle_.push_back(std::move(w));
    } else {
      far.killed = true;
    }
  }
  void kill(pd::worker& w) noexcept override { all_[w.number]->killed = true; }
  std::exception_ptr death_of(pd::worker& w) override {
    return std::make_exception_ptr(leat::worker_killed(9, "worker " + std::to_string(w.number) + " was killed", {}));
  }
  int pidfd_of(pd::worker& w) override { return starting ? -1 : w.pidfd.get(); }
  bool knows(const pd::worker& w) const override {  // asked only before a worker is told to hand back
    const std::lock_guard held(mutex_);
    if (all_[w.number]->unknown) return false;
    ++all_[w.number]->recalled;
    return true;
  }
  bool runs(const pd::worker& w) const override {
    const std::lock_guard held(mutex_);
    return !all_[w.number]->dead;
  }
  leat::worker_timeout overdue(const pd::worker& w, const std::string& span) const override {
    return {"worker " + std::to_string(w.number) + " has not answered within " + span, {}};
  }
  std::vector<pid_t> worker_pids() const override { return {}; }
  pid_t daemon_pid() const override { return -1; }
  const std::string& folder() const noexcept override { return folder_; }

 private:
  const clock::time_point until_ = clock::now() + patience;
  const std::string folder_{};
  mutable std::mutex mutex_{};
  std::condition_variable changed_{};
  std::vector<std::unique_ptr<worker>> all_{};
  std::vector<std::shared_ptr<pd::worker>> idle_{};  // the last one is the warmest
};

/// The text of what `f()` throws as an `E`; empty where it throws nothing or something else.
template <class E, class F>
std::string text_of_thrown(F f) {
  try {
    f();
  } catch (const E& e) {
    return e.what();
  } catch (const std::exception& e) {
    FAIL_CHECK("another exception: " << std::string(e.what()));
    return {};
  }
  FAIL_CHECK("nothing was thrown");
  return {};
}

inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace fake

#endif
