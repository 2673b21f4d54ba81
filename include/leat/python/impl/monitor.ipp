// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_IMPL_MONITOR_IPP
#define LEAT_PYTHON_IMPL_MONITOR_IPP

#include <leat/python/impl/pool.ipp>

// The pool's thread: hears the daemon, drains what workers print, and hands it to the log.
namespace leat::python_detail {

LEAT_DECL void pool::watch() {
  std::vector<pollfd> set;
  std::vector<std::pair<std::shared_ptr<worker>, int>> streams;  // set[3 + i] is stream second of worker first
  std::vector<log_record> records;
  for (;;) {
    int timeout = -1;
    {
      const lock held(mutex_);
      if (!control_ && ending_) return;
      timeout = end_overdue();
      set.assign({{wake_read_.get(), POLLIN, 0}, {control_.get(), POLLIN, 0}, {daemon_output_.fd.get(), POLLIN, 0}});
      streams.clear();
      for (auto const& w : all_)
        for (int i = 0; i < 2 && w->pid > 0; ++i)  // what it says waits until the daemon has told its pid, which tags the lines
          if (w->output[i].fd) {
            set.push_back({w->output[i].fd.get(), POLLIN, 0});
            streams.emplace_back(w, i);
          }
    }
    ::poll(set.data(), set.size(), timeout);
    bool daemon_ended = false;
    {
      const lock held(mutex_);
      char drop[64];
      if (set[0].revents != 0)
        while (::read(wake_read_.get(), drop, sizeof drop) > 0) {
        }
      if (set[2].revents != 0 && !drain(nullptr, daemon_output_)) daemon_output_.fd.reset();
      for (std::size_t i = 0; i < streams.size(); ++i) {
        auto& out = streams[i].first->output[streams[i].second];
        if (set[i + 3].revents != 0 && out.fd && !drain(streams[i].first.get(), out)) out.fd.reset();
      }
      if (set[1].revents != 0) {
        control_message();
        daemon_ended = !control_;
      }
    }
    if (daemon_ended) end_daemon();
    {
      const lock held(mutex_);
      records.swap(log_);
    }
    deliver_log(records);
  }
}

LEAT_DECL void pool::control_message() {
  struct {
    control_header header;
    char text[16384];
  } in{};
  iovec body{&in, sizeof in};
  alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))];
  for (;;) {
    msghdr message{};
    message.msg_iov = &body;
    message.msg_iovlen = 1;
    message.msg_control = space;
    message.msg_controllen = sizeof space;
    const ssize_t n = ::recvmsg(control_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n < 0 && errno == ECONNRESET) continue;  // it ended with a message of ours unread; its own last ones follow
    if (n < static_cast<ssize_t>(sizeof in.header)) {
      control_.reset();
      return;
    }
    descriptor received;
    for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c))
      if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(c), sizeof fd);
        received = descriptor(fd);
      }
    in.header.id = wire::little(in.header.id);
    in.header.value = wire::little(in.header.value);
    if (in.header.op == op_ready) ready_ = true;
    const std::string text(in.text, static_cast<std::size_t>(n) - sizeof in.header);
    if (in.header.op == op_failed && in.header.id == 0) refusal_ = text;

    const auto at = std::find_if(all_.begin(), all_.end(), [&](auto const& w) { return w->number == in.header.id; });
    if (at == all_.end()) continue;
    worker& w = **at;
    if (in.header.op == op_spawned) {
      w.pid = static_cast<pid_t>(in.header.value);
      w.pidfd = std::move(received);
    } else if (in.header.op == op_failed) {
      w.failure = "the worker could not be started: " + text;
      all_.erase(at);
    } else if (in.header.op == op_exited) {
      finish_output(w);
      w.cause = text;
      w.status = static_cast<int>(in.header.value);
      all_.erase(at);
    }
    changed_.notify_all();
  }
}

LEAT_DECL void pool::end_daemon() {
  int status = 0;
  bool reaped = false;
  const int patience = ready_ ? 2000 : 100;  // milliseconds; it ends its workers first, if it can have any
  for (int i = 0; i < patience && !reaped; ++i) {
    const pid_t r = ::waitpid(daemon_, &status, WNOHANG);
    reaped = r == daemon_ || (r < 0 && errno == ECHILD);
    if (!reaped) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  if (!reaped) {
    ::kill(daemon_, SIGKILL);
    ::waitpid(daemon_, &status, 0);
  }
  const lock held(mutex_);
  if (daemon_output_.fd) drain(nullptr, daemon_output_);
  daemon_output_.fd.reset();
  std::string why = refusal_;
  if (why.empty() && !ready_) {
    why = "the Python interpreter " + interpreter_ + " ended before it was ready (" +
          (WIFSIGNALED(status) ? signal_name(WTERMSIG(status)) : "exit code " + std::to_string(WEXITSTATUS(status))) + ")";
    if (!daemon_tail_.empty()) why += "; its output:\n" + text_of(daemon_tail_);
  }
  for (auto const& w : all_) {
    finish_output(*w);
    w->lost = true;
    if (!why.empty()) w->failure = why;
  }
  all_.clear();
  idle_.clear();
  daemon_ = -1;
  changed_.notify_all();
}

LEAT_DECL bool pool::drain(worker* w, output_stream& out) {
  char block[16384];
  const auto line = [&](std::string text) {
    auto& tail = w != nullptr ? w->tail : daemon_tail_;
    if (out.is_error) {
      tail.push_back(text);
      if (tail.size() > 20) tail.pop_front();
    }
    const bool error = out.is_error;
    log_.push_back(
        {error ? log_record::warning : log_record::info, std::move(text), w != nullptr ? static_cast<long>(w->pid) : 0L});
  };
  for (int blocks = 0; blocks < 64; ++blocks) {  // then others get their turn
    const ssize_t n = ::read(out.fd.get(), block, sizeof block);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return true;
    if (n <= 0) break;
    const char* begin = block;
    const char* const end = block + n;
    while (const void* found = std::memchr(begin, '\n', static_cast<std::size_t>(end - begin))) {
      const char* const newline = static_cast<const char*>(found);
      out.partial.append(begin, newline);
      line(std::exchange(out.partial, {}));
      begin = newline + 1;
    }
    out.partial.append(begin, end);
    if (out.partial.size() > 65536) line(std::exchange(out.partial, {}));
    if (blocks == 63) return true;
  }
  if (!out.partial.empty()) line(std::exchange(out.partial, {}));
  return false;
}

LEAT_DECL void pool::finish_output(worker& w) {
  for (auto& out : w.output) {
    if (out.fd) drain(&w, out);
    out.fd.reset();
  }
}

LEAT_DECL void pool::deliver_log(std::vector<log_record>& records) {
  for (auto const& r : records) {
    try {
      if (options_.log) {
        options_.log(r);
        continue;
      }
    } catch (const std::exception& e) {  // nobody waits on this thread; the line must not be lost for it
      std::fprintf(stderr, "leat: the log callback threw: %s\n", e.what());
    }
    std::fprintf(stderr, "[worker %ld] %s\n", r.worker, r.text.c_str());
  }
  records.clear();
}

}  // namespace leat::python_detail

#endif
