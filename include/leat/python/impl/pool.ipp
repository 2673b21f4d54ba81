// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_IMPL_POOL_IPP
#define LEAT_PYTHON_IMPL_POOL_IPP

#include <leat/python/impl/interpreter.ipp>
#include <leat/python/pool.hpp>
#include <leat/python/process.hpp>
#include <leat/wire/endian.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace leat::python_detail {

inline constexpr std::chrono::seconds time_to_leave{5};  // for a worker to end by itself

inline bool names_lack_of_memory(const std::string& text) {
  for (const char* sign : {"MemoryError", "bad_alloc", "Cannot allocate memory", "out of memory", "Out of memory"})
    if (text.find(sign) != std::string::npos) return true;
  return false;
}

enum control_op : unsigned char { op_spawn = 1, op_kill, op_ready, op_spawned, op_exited, op_failed };

struct control_header {  // little-endian
  unsigned char op;
  unsigned char pad[3];
  std::uint32_t id;
  std::int64_t value;
};
static_assert(sizeof(control_header) == 16);

LEAT_DECL pool::pool(python_options options) : options_(std::move(options)) {
  check_options(options_);
  if (options_.debug) {
    options_.workers = options_.attempts = 1;
    options_.start_timeout = std::chrono::hours(24 * 365);
    options_.idle_timeout = {};
  }
  auto [path, prefix] = find_interpreter(options_.interpreter);
  interpreter_ = std::move(path);
  prefix_ = std::move(prefix);
  folder_ = shipped(options_);
  settings_ = settings_of(options_, folder_);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
    throw start_failed(std::string("cannot make a pipe: ") + std::strerror(errno));
  wake_read_ = descriptor(ends[0]);
  wake_write_ = descriptor(ends[1]);
  start_daemon();
  monitor_ = std::thread([this] { watch(); });
}

LEAT_DECL pool::~pool() {
  keeper_ = nullptr;
  if (!mine()) {
    std::construct_at(&monitor_);  // forgets the thread, which is none of this process
    return;
  }
  {
    lock held(mutex_);
    for (auto& w : idle_) ::shutdown(w->socket.get(), SHUT_RDWR);  // end of file: workers close their instances and end
    idle_.clear();
    changed_.wait_for(held, std::chrono::seconds(1), [&] { return all_.empty() || !control_; });
    ending_ = true;
    if (control_) ::shutdown(control_.get(), SHUT_RDWR);
    (void)!::write(wake_write_.get(), "", 1);
  }
  monitor_.join();
}

LEAT_DECL void pool::start_daemon() {
  int control[2], out[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) != 0)
    throw start_failed(std::string("cannot make a socket pair: ") + std::strerror(errno));
  descriptor ours(control[0]), theirs(control[1]);
  if (::pipe2(out, O_CLOEXEC) != 0) throw start_failed(std::string("cannot make a pipe: ") + std::strerror(errno));
  descriptor read_end(out[0]), write_end(out[1]);
  ::fcntl(read_end.get(), F_SETFL, O_NONBLOCK);
  const descriptor source = package_file(settings_);

  process_plan plan{
      interpreter_, {"-c", boot_py}, daemon_environment(options_, prefix_), {-1, out[1], out[1], control[1], source.get()}};
  daemon_ = start_process(plan);
  control_ = std::move(ours);
  daemon_output_ = output_stream{std::move(read_end), {}, true};
  daemon_tail_.clear();
  refusal_.clear();
  ready_ = false;
  ++generation_;
}

LEAT_DECL bool pool::ask(unsigned char op, std::uint32_t id, const int* fds, int count, std::int64_t value) {
  control_header header{op, {}, wire::little(id), wire::little(value)};
  iovec body{&header, sizeof header};
  alignas(cmsghdr) char space[CMSG_SPACE(3 * sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &body;
  message.msg_iovlen = 1;
  if (count > 0) {
    message.msg_control = space;
    message.msg_controllen = CMSG_SPACE(static_cast<std::size_t>(count) * sizeof(int));
    cmsghdr* c = CMSG_FIRSTHDR(&message);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(static_cast<std::size_t>(count) * sizeof(int));
    std::memcpy(CMSG_DATA(c), fds, static_cast<std::size_t>(count) * sizeof(int));
  }
  return control_ && ::sendmsg(control_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT) == sizeof header;
}

LEAT_DECL lender& pool::keeper(std::unique_ptr<lender> (*make)(pool&)) {
  const lock held(mutex_);
  if (!keeper_) keeper_ = make(*this);
  return *keeper_;
}

LEAT_DECL std::shared_ptr<worker> pool::acquire(bool recall) {
  if (!mine())
    throw usage_error("this process is a fork of the one that made the Python environment; make one of its own here");
  lock held(mutex_);
  for (;;) {
    while (!idle_.empty()) {
      auto w = std::move(idle_.back());
      idle_.pop_back();
      if (!w->status && !w->lost) return w;
    }
    if (!recall || !keeper_) break;
    held.unlock();
    recall = keeper_->give_back();  // another thread may be quicker to take it
    held.lock();
  }
  // One that is ending frees its variables' values; it has until then to do so.
  if (std::size_t values = 0; !options_.worker_variables.empty()) {
    for (auto const& v : options_.worker_variables) values = std::max(values, v.second.size());
    const auto leaving = [&] {
      return std::any_of(all_.begin(), all_.end(), [](auto const& w) { return !w->socket || w->leaving; });
    };
    changed_.wait_for(held, time_to_leave, [&] { return free_seat() < values || !leaving(); });
  }
  // After a daemon's end the monitor first buries it; that takes two seconds at the most.
  if (!changed_.wait_for(held, std::chrono::seconds(5), [&] { return control_ || daemon_ < 0; }))
    throw start_failed("the daemon of " + interpreter_ + " ended and cannot be replaced");
  if (!control_) {
    start_daemon();
    (void)!::write(wake_write_.get(), "", 1);
  }
  return spawn();
}

LEAT_DECL std::shared_ptr<worker> pool::spawn() {
  auto w = std::make_shared<worker>();
  int session[2], out[2], err[2];
  const auto check = [](int result) {
    if (result != 0) throw start_failed(std::string("cannot start a worker: ") + std::strerror(errno));
  };
  check(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, session));
  w->socket = descriptor(session[0]);
  const descriptor theirs(session[1]);
  check(::pipe2(out, O_CLOEXEC));
  w->output[0].fd = descriptor(out[0]);
  const descriptor out_end(out[1]);
  check(::pipe2(err, O_CLOEXEC));
  w->output[1].fd = descriptor(err[0]);
  const descriptor err_end(err[1]);
  w->output[1].is_error = true;
  for (auto& o : w->output) ::fcntl(o.fd.get(), F_SETFL, O_NONBLOCK);

  w->number = ++next_worker_;
  w->generation = generation_;
  w->asked = clock::now();
  w->seat = free_seat();
  const int fds[] = {theirs.get(), out_end.get(), err_end.get()};
  // Where the daemon has just ended, the monitor says of this worker, too, why it is lost.
  if (!ask(op_spawn, w->number, fds, 3, static_cast<std::int64_t>(w->seat)) && errno != EPIPE && errno != ECONNRESET)
    throw start_failed("the daemon of " + interpreter_ + " takes no orders: " + std::strerror(errno));
  all_.push_back(w);
  (void)!::write(wake_write_.get(), "", 1);
  return w;
}

LEAT_DECL void pool::release(std::shared_ptr<worker> w, bool reusable) noexcept {
  if (!mine()) return;
  if (!reusable) {
    kill(*w);
    return;
  }
  const lock held(mutex_);
  if (w->status || w->lost) return;
  if (worn(*w)) return dismiss(*w);
  if (options_.idle_timeout.count() > 0) {
    w->until = clock::now() + options_.idle_timeout;
    (void)!::write(wake_write_.get(), "", 1);
  }
  idle_.push_back(std::move(w));
}

LEAT_DECL std::size_t pool::free_seat() const {
  for (std::size_t seat = 0;; ++seat)
    if (std::none_of(all_.begin(), all_.end(), [&](auto const& w) { return w->seat == seat; })) return seat;
}

LEAT_DECL bool pool::worn(const worker& w) const {
  if (options_.recycle_sessions != 0 && w.sessions >= options_.recycle_sessions) return true;
  if (options_.recycle_memory == 0 || w.pid <= 0) return false;
  char text[64] = {};
  const descriptor statm(::open(("/proc/" + std::to_string(w.pid) + "/statm").c_str(), O_RDONLY | O_CLOEXEC));
  if (!statm || ::read(statm.get(), text, sizeof text - 1) <= 0) return false;
  const char* const resident = std::strchr(text, ' ');
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return resident != nullptr && std::strtoull(resident, nullptr, 10) * page > options_.recycle_memory;
}

LEAT_DECL void pool::dismiss(worker& w) {
  ::shutdown(w.socket.get(), SHUT_RDWR);
  w.leaving = true;
  w.until = clock::now() + time_to_leave;
  (void)!::write(wake_write_.get(), "", 1);
}

LEAT_DECL int pool::end_overdue() {
  auto next = clock::time_point::max();
  const auto now = clock::now();
  while (!idle_.empty() && idle_.front()->until != clock::time_point{}) {  // the first one has waited longest
    if (idle_.front()->until > now) {
      next = idle_.front()->until;
      break;
    }
    dismiss(*idle_.front());
    idle_.erase(idle_.begin());
  }
  for (auto const& w : all_) {
    if (!w->leaving || w->until == clock::time_point{}) continue;
    if (w->until <= now) {
      ask(op_kill, w->number);
      w->until = {};
    } else {
      next = std::min(next, w->until);
    }
  }
  if (next == clock::time_point::max()) return -1;
  return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(next - now).count()) + 1;
}

LEAT_DECL void pool::kill(worker& w) noexcept {
  const lock held(mutex_);
  w.socket.reset();
  if (!w.status && !w.lost && w.generation == generation_) ask(op_kill, w.number);
}

LEAT_DECL int pool::pidfd_of(worker& w) {
  const lock held(mutex_);
  if (w.pid < 0 && !w.status && !w.lost && w.failure.empty() && clock::now() - w.asked > options_.start_timeout)
    throw start_failed("the interpreter " + interpreter_ + " was not ready within " +
                       std::to_string(options_.start_timeout.count()) + " ms; its output:\n" + text_of(daemon_tail_));
  return w.pidfd.get();
}

LEAT_DECL void pool::throw_death(worker& w) {
  using namespace std::chrono_literals;
  lock held(mutex_);
  const auto known = [&] { return w.status || w.lost || !w.failure.empty(); };
  bool closed = false;
  if (!changed_.wait_for(held, 300ms, known)) {  // it closed its connection, or is about to end: make sure that it does
    closed = w.pid > 0;
    ask(op_kill, w.number);
    changed_.wait_for(held, 2s, known);
  }
  const std::string who = "worker" + (w.pid > 0 ? " " + std::to_string(w.pid) : std::string()) + " of " + interpreter_;
  std::string tail = text_of(w.tail);
  if (!w.failure.empty()) throw start_failed(w.failure);
  if (!w.cause.empty()) throw worker_out_of_memory(who + " was killed: " + w.cause, std::move(tail));
  if (options_.memory != 0 && w.status && *w.status != 0 && !w.tail.empty() && names_lack_of_memory(tail))
    throw worker_out_of_memory(
        who + " ended for lack of memory: python_options.memory allows " + std::to_string(options_.memory) + " bytes",
        std::move(tail));
  if (w.status && !(WIFSIGNALED(*w.status) && WTERMSIG(*w.status) == SIGKILL)) closed = false;  // it was ending by itself
  if (closed) throw worker_died(who + " closed its connection and was killed", std::move(tail));
  if (w.lost)
    throw worker_died(who + " was lost: its daemon ended" + (daemon_tail_.empty() ? "" : ":\n" + text_of(daemon_tail_)),
                      std::move(tail));
  if (!w.status) throw worker_died(who + " ended, and its daemon does not say how", std::move(tail));
  if (WIFSIGNALED(*w.status)) {
    const int signal = WTERMSIG(*w.status);
    throw worker_killed(
        signal,
        who + " was killed by " + signal_name(signal) +
            (signal == SIGKILL ? "; where nobody sent it, it was the kernel's out-of-memory killer (see dmesg)" : ""),
        std::move(tail));
  }
  const int code = WEXITSTATUS(*w.status);
  throw worker_exited(code, who + " exited with code " + std::to_string(code) + " in the middle of a session", std::move(tail));
}

LEAT_DECL bool pool::runs(const worker& w) const {
  const lock held(mutex_);
  return !w.status && !w.lost && w.failure.empty();
}

LEAT_DECL worker_timeout pool::overdue(const worker& w, const std::string& span) const {
  const lock held(mutex_);
  return worker_timeout("no answer within " + span + "; worker" + (w.pid > 0 ? " " + std::to_string(w.pid) : std::string()) +
                            " of " + interpreter_ + " was killed",
                        text_of(w.tail));
}

LEAT_DECL std::vector<pid_t> pool::worker_pids() const {
  lock held(mutex_);
  const auto known = [&] { return std::all_of(all_.begin(), all_.end(), [](auto const& w) { return w->pid > 0; }); };
  changed_.wait_for(held, std::chrono::seconds(2), known);
  std::vector<pid_t> pids;
  for (auto const& w : all_)
    if (w->pid > 0) pids.push_back(w->pid);
  return pids;
}

LEAT_DECL pid_t pool::daemon_pid() const {
  const lock held(mutex_);
  return daemon_;
}

}  // namespace leat::python_detail

#include <leat/python/impl/monitor.ipp>

#endif
