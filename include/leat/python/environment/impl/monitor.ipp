// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_ENVIRONMENT_IMPL_MONITOR_IPP
#define LEAT_PYTHON_ENVIRONMENT_IMPL_MONITOR_IPP

#include <leat/python/environment/impl/daemon_pool.ipp>

#include <cstdlib>

// The pool's thread: hears the daemon, drains what workers print, and hands it to the log.
namespace leat::python_detail {

LEAT_DECL void daemon_pool::watch() {
  std::vector<pollfd> set;
  std::vector<std::pair<std::shared_ptr<worker>, int>> streams;  // set[4 + i] is stream second of worker first
  for (;;) {
    int timeout = -1;
    {
      const lock held(mutex_);
      if (!control_ && (ending_ || robbed())) return;
      timeout = end_overdue();
      set.assign({{wake_read_.get(), POLLIN, 0},
                  {control_.get(), POLLIN, 0},
                  {daemon_output_.fd.get(), POLLIN, 0},
                  {daemon_fd_.get(), POLLIN, 0}});
      streams.clear();
      const bool hears = log_.hears();
      for (auto const& w : all_)
        for (int i = 0; i < 2 && w->pid > 0; ++i)  // what it says waits until the daemon has told its pid, which tags the lines
          if (hears && w->output[i].fd) {
            set.push_back({w->output[i].fd.get(), POLLIN, 0});
            streams.emplace_back(w, i);
          }
    }
    ::poll(set.data(), set.size(), timeout);
    bool daemon_ended = false;
    {
      const lock held(mutex_);
      char drop[64];
      if (robbed()) {
        control_.reset();
        daemon_ended = daemon_ > 0;
        streams.clear();
        set.assign(4, pollfd{});
      }
      if (set[0].revents != 0)
        while (::read(wake_read_.get(), drop, sizeof drop) > 0) {
        }
      if (set[2].revents != 0 && !drain(nullptr, daemon_output_)) daemon_output_.fd.reset();
      for (std::size_t i = 0; i < streams.size(); ++i) {
        auto& out = streams[i].first->output[streams[i].second];
        if (set[i + 4].revents != 0 && out.fd && !drain(streams[i].first.get(), out)) out.fd.reset();
      }
      if ((set[1].revents | set[3].revents) != 0 && control_) {
        control_message();
        if (set[3].revents != 0) control_.reset();
        daemon_ended = !control_;
      }
    }
    if (daemon_ended) end_daemon();
    log_.flush();
  }
}

LEAT_DECL void daemon_pool::control_message() {
  struct {
    control_header header;
    char text[16384];
  } in{};
  iovec body{&in, sizeof in};
  message_descriptors along;
  for (;;) {
    msghdr message{};
    message.msg_iov = &body;
    message.msg_iovlen = 1;
    along.expect(message);
    const ssize_t n = ::recvmsg(control_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n < 0 && errno == ECONNRESET) continue;  // it ended with a message of ours unread; its own last ones follow
    if (n < static_cast<ssize_t>(sizeof in.header)) {
      control_.reset();
      return;
    }
    descriptor received = message_descriptors::received(message);
    in.header.id = wire::little(in.header.id);
    in.header.value = wire::little(in.header.value);
    if (in.header.op == op_ready) ready_ = true;
    const std::string text(in.text, static_cast<std::size_t>(n) - sizeof in.header);
    if (in.header.op == op_loading) loading_ = text;
    if (in.header.op == op_failed && in.header.id == 0) {
      refusal_ = text;
      control_.reset();  // it ends now, or something that started it does not
      return;
    }

    const auto at = std::find_if(all_.begin(), all_.end(), [&](auto const& w) { return w->number == in.header.id; });
    if (at == all_.end()) continue;
    worker& w = **at;
    if (in.header.op == op_spawned) {
      w.pid = static_cast<pid_t>(in.header.value);
      w.pidfd = std::move(received);
    } else if (in.header.op == op_failed) {
      const int error = static_cast<int>(in.header.value);
      const bool limit = error == EAGAIN || error == ENOMEM || error == EMFILE || error == ENFILE;
      w.failure = "the worker could not be started: " + (limit ? core::reason_of(error, true) : text);
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

/// Ends what descends from a process, as far as that can still be seen.
inline void kill_family(pid_t pid) {
  ::kill(pid, SIGSTOP);  // it starts nothing more
  const std::string self = std::to_string(pid);
  const descriptor list(::open(("/proc/" + self + "/task/" + self + "/children").c_str(), O_RDONLY | O_CLOEXEC));
  std::string children;
  char block[4096];
  for (ssize_t n = 0; list && (n = ::read(list.get(), block, sizeof block)) > 0;)
    children.append(block, static_cast<std::size_t>(n));
  for (const char* at = children.c_str(); *at != '\0';) {
    char* next = nullptr;
    const long child = std::strtol(at, &next, 10);
    if (next == at) break;
    at = *next == ' ' ? next + 1 : next;
    if (child > 1) kill_family(static_cast<pid_t>(child));
  }
  ::kill(pid, SIGKILL);
}

enum class child_state { runs, zombie, reaped };

/// Waits for the end of a child of this process, but does not reap it.
inline child_state after(pid_t child, int milliseconds) {
  for (int i = 0;; ++i) {
    siginfo_t facts{};
    if (::waitid(P_PID, static_cast<id_t>(child), &facts, WEXITED | WNOHANG | WNOWAIT) != 0 && errno != EINTR)
      return child_state::reaped;
    if (facts.si_pid == child) return child_state::zombie;
    if (i == milliseconds) return child_state::runs;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

LEAT_DECL void daemon_pool::end_daemon() {
  const pid_t pid = daemon_;
  ::kill(pid, SIGCONT);                          // one that is stopped could end nothing
  auto state = after(pid, ready_ ? 2000 : 100);  // it ends its workers first, if it can have any
  if (state == child_state::runs) kill_family(pid);
  if (state != child_state::reaped) ::kill(-pid, SIGKILL);  // its group, while nobody else can have the number
  int status = 0;
  pid_t reaped = 0;
  while ((reaped = ::waitpid(pid, &status, 0)) < 0 && errno == EINTR) {
  }
  const lock held(mutex_);
  if (daemon_output_.fd.intact()) drain(nullptr, daemon_output_);
  daemon_output_.fd.reset();
  std::string why = refusal_;
  if (why.empty() && !ready_) {
    why = "the Python interpreter " + interpreter_ + " ended before it was ready (" +
          (reaped == pid ? how_it_ended(status)
                         : "its status is not known: this program ignores SIGCHLD, or waits for any child") +
          "); it must be a CPython 3.9 or newer: set LEAT_PYTHON or python_options.interpreter";
    if (const char* home = std::getenv("PYTHONHOME"); home != nullptr && *home != '\0')  // newer versions do not name it
      why += ", or unset PYTHONHOME, which is " + std::string(home);
    why += daemon_tail_.empty() ? "; it has printed nothing" : "; its output:\n" + text_of(daemon_tail_);
  }
  if (why.empty() && !loading_.empty())
    why = loading_ + " ended the interpreter (" + how_it_ended(status) + ")" +
          (daemon_tail_.empty() ? "" : "; its output:\n" + text_of(daemon_tail_));
  for (auto const& w : all_) {
    finish_output(*w);
    w->lost = true;
    if (!why.empty()) w->failure = why;
  }
  all_.clear();
  idle_.clear();
  daemon_ = -1;
  daemon_fd_.reset();
  changed_.notify_all();
}

LEAT_DECL bool daemon_pool::drain(worker* w, output_stream& out) {
  char block[16384];
  const auto line = [&](std::string text) {
    auto& tail = w != nullptr ? w->tail : daemon_tail_;
    if (out.is_error) {
      tail.push_back(text);
      if (tail.size() > 20) tail.pop_front();
    }
    const bool error = out.is_error;
    log_.add({error ? log_record::warning : log_record::info, std::move(text), w != nullptr ? static_cast<long>(w->pid) : 0L});
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

LEAT_DECL void daemon_pool::finish_output(worker& w) {
  for (auto& out : w.output) {
    if (out.fd.intact()) drain(&w, out);
    out.fd.reset();
  }
}

}  // namespace leat::python_detail

#endif
