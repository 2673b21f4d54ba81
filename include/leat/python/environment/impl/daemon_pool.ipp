// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_ENVIRONMENT_IMPL_DAEMON_POOL_IPP
#define LEAT_PYTHON_ENVIRONMENT_IMPL_DAEMON_POOL_IPP

#include <leat/posix/message.hpp>
#include <leat/posix/process.hpp>
#include <leat/posix/write_all.hpp>
#include <leat/python/environment/daemon_pool.hpp>
#include <leat/python/environment/impl/interpreter.ipp>
#include <leat/wire/endian.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <tuple>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace leat::python_detail {

inline constexpr int cut_off = 71;                       // the exit code of a worker that has lost its socket
inline constexpr std::chrono::seconds time_to_leave{5};  // for a worker to end by itself

/// For messages about a process that does not answer.
inline std::string stopped_note(pid_t pid) {
  if (pid <= 0) return {};
  char text[512] = {};
  const descriptor stat(::open(("/proc/" + std::to_string(pid) + "/stat").c_str(), O_RDONLY | O_CLOEXEC));
  if (!stat || ::read(stat.get(), text, sizeof text - 1) <= 0) return {};
  const char* const end = std::strrchr(text, ')');
  if (end == nullptr || end[1] != ' ' || (end[2] != 'T' && end[2] != 't')) return {};
  return ": process " + std::to_string(pid) + " is stopped (SIGSTOP, or a debugger); kill -CONT " + std::to_string(pid) +
         " lets it go on";
}

inline bool names_lack_of_memory(const std::string& text) {
  for (const char* sign : {"MemoryError", "bad_alloc", "Cannot allocate memory", "out of memory", "Out of memory"})
    if (text.find(sign) != std::string::npos) return true;
  return false;
}

enum control_op : unsigned char { op_spawn = 1, op_kill, op_ready, op_spawned, op_exited, op_failed, op_loading };

struct control_header {  // little-endian
  unsigned char op;
  unsigned char pad[3];
  std::uint32_t id;
  std::int64_t value;
};
static_assert(sizeof(control_header) == 16);

[[noreturn]] inline void cannot(const char* what) {
  throw start_failed(std::string("cannot ") + what + ": " + core::reason_of(errno, true));
}

inline std::pair<descriptor, descriptor> pipe_pair(int flags, const char* what) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | flags) != 0) cannot(what);
  std::pair<descriptor, descriptor> made{descriptor(ends[0]), descriptor(ends[1])};
  if (!made.first || !made.second) cannot(what);
  return made;
}

LEAT_DECL daemon_pool::daemon_pool(python_options options) : pool(std::move(options)), log_(options_.log, *this) {
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
  std::tie(wake_read_, wake_write_) = pipe_pair(O_NONBLOCK, "watch the workers");
  start_daemon();
  try {
    monitor_ =
        helper_thread("watches the workers", signals::held, [](void* p) { static_cast<daemon_pool*>(p)->watch(); }, this);
    log_.start();
  } catch (...) {
    if (monitor_.joinable()) {
      stop();
    } else {
      control_.reset();
      end_daemon();
    }
    throw;
  }
}

LEAT_DECL void daemon_pool::wake() {
  if (wake_write_.intact()) (void)!::write(wake_write_.get(), "", 1);
}

LEAT_DECL void daemon_pool::start_daemon() {
  int control[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) != 0) cannot("start the daemon");
  descriptor ours(control[0]), theirs(control[1]);
  if (!ours || !theirs) cannot("start the daemon");
  auto [read_end, write_end] = pipe_pair(0, "start the daemon");
  ::fcntl(read_end.get(), F_SETFL, O_NONBLOCK);
  const descriptor source = package_file(settings_);

  process_plan plan{interpreter_,
                    {"-c", boot_py},
                    daemon_environment(options_, prefix_),
                    {-1, write_end.get(), write_end.get(), theirs.get(), source.get()}};
  daemon_ = start_process(plan);
#if defined(SYS_pidfd_open)
  daemon_fd_ = descriptor(static_cast<int>(::syscall(SYS_pidfd_open, daemon_, 0)));
#endif
  control_ = std::move(ours);
  daemon_output_ = output_stream{std::move(read_end), {}, true};
  daemon_tail_.clear();
  refusal_.clear();
  loading_.clear();
  ready_ = false;
  ++generation_;
}

LEAT_DECL bool daemon_pool::ask(unsigned char op, std::uint32_t id, const int* fds, int count, std::int64_t value) {
  control_header header{op, {}, wire::little(id), wire::little(value)};
  iovec body{&header, sizeof header};
  message_descriptors along;
  msghdr message{};
  message.msg_iov = &body;
  message.msg_iovlen = 1;
  if (count > 0) along.attach(message, fds, static_cast<std::size_t>(count));
  return control_.intact() && ::sendmsg(control_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT) == sizeof header;
}

LEAT_DECL std::shared_ptr<worker> daemon_pool::acquire(bool may_reclaim) {
  check_owner();
  waits_for_answer();
  lock held(mutex_);
  if (robbed()) throw_closed_descriptors();
  for (;;) {
    while (!idle_.empty()) {
      auto w = std::move(idle_.back());
      idle_.pop_back();
      if (!w->status && !w->lost) return w;
    }
    if (!may_reclaim) break;
    held.unlock();
    may_reclaim = reclaim();  // another thread may be quicker to take it
    held.lock();
  }
  // One that is ending frees its variables' values; it has until then to do so.
  if (std::size_t values = 0; !options_.worker_variables.empty()) {
    for (auto const& v : options_.worker_variables) values = std::max(values, v.second.size());
    const auto leaving = [&] {
      return std::any_of(all_.begin(), all_.end(), [](auto const& w) { return !w->link.socket || w->leaving; });
    };
    changed_.wait_for(held, time_to_leave, [&] { return free_index() < values || !leaving(); });
  }
  // After a daemon's end the monitor first buries it; that takes two seconds at the most.
  if (!changed_.wait_for(held, std::chrono::seconds(5), [&] { return control_ || daemon_ < 0; }))
    throw start_failed("the daemon of " + interpreter_ + " ended and cannot be replaced");
  if (!control_) {
    start_daemon();
    wake();
  }
  return spawn();
}

LEAT_DECL std::shared_ptr<worker> daemon_pool::spawn() {
  auto w = std::make_shared<worker>();
  int session[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, session) != 0) cannot("start a worker");
  w->link.socket = descriptor(session[0]);
  const descriptor theirs(session[1]);
  if (!w->link.socket || !theirs) cannot("start a worker");
  auto [out, out_end] = pipe_pair(0, "start a worker");
  auto [err, err_end] = pipe_pair(0, "start a worker");
  w->output[0].fd = std::move(out);
  w->output[1].fd = std::move(err);
  w->output[1].is_error = true;
  for (auto& o : w->output) ::fcntl(o.fd.get(), F_SETFL, O_NONBLOCK);

  w->number = ++next_worker_;
  w->generation = generation_;
  w->asked = clock::now();
  w->index = free_index();
  const int fds[] = {theirs.get(), out_end.get(), err_end.get()};
  // Where the daemon has just ended, the monitor says of this worker, too, why it is lost.
  if (!ask(op_spawn, w->number, fds, 3, static_cast<std::int64_t>(w->index)) && errno != EPIPE && errno != ECONNRESET)
    throw start_failed("the daemon of " + interpreter_ + " takes no orders: " + core::reason_of(errno) + stopped_note(daemon_));
  all_.push_back(w);
  wake();
  return w;
}

LEAT_DECL void daemon_pool::release(std::shared_ptr<worker> w, bool reusable) noexcept {
  if (!mine()) return;
  if (!reusable) {
    kill(*w);
    return;
  }
  const lock held(mutex_);
  if (w->status || w->lost) return;
  if (w->link.forked || due_for_recycling(*w)) return retire(*w);
  if (options_.idle_timeout.count() > 0) {
    w->until = clock::now() + options_.idle_timeout;
    wake();
  }
  idle_.push_back(std::move(w));
}

LEAT_DECL std::size_t daemon_pool::free_index() const {
  for (std::size_t index = 0;; ++index)
    if (std::none_of(all_.begin(), all_.end(), [&](auto const& w) { return w->index == index; })) return index;
}

LEAT_DECL bool daemon_pool::due_for_recycling(const worker& w) const {
  if (options_.recycle_sessions != 0 && w.link.sessions >= options_.recycle_sessions) return true;
  if (options_.recycle_memory == 0 || w.pid <= 0) return false;
  char text[64] = {};
  const descriptor statm(::open(("/proc/" + std::to_string(w.pid) + "/statm").c_str(), O_RDONLY | O_CLOEXEC));
  if (!statm || ::read(statm.get(), text, sizeof text - 1) <= 0) return false;
  const char* const resident = std::strchr(text, ' ');
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return resident != nullptr && std::strtoull(resident, nullptr, 10) * page > options_.recycle_memory;
}

LEAT_DECL void daemon_pool::retire(worker& w) {
  ::shutdown(w.link.socket.get(), SHUT_RDWR);
  w.leaving = true;
  w.until = clock::now() + time_to_leave;
  wake();
}

LEAT_DECL int daemon_pool::end_overdue() {
  auto next = clock::time_point::max();
  const auto now = clock::now();
  while (!idle_.empty() && idle_.front()->until != clock::time_point{}) {  // the first one has waited longest
    if (idle_.front()->until > now) {
      next = idle_.front()->until;
      break;
    }
    retire(*idle_.front());
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

LEAT_DECL void daemon_pool::kill(worker& w) noexcept {
  const lock held(mutex_);
  w.link.socket.reset();
  if (!w.status && !w.lost && w.generation == generation_) ask(op_kill, w.number);
}

LEAT_DECL int daemon_pool::pidfd_of(worker& w) {
  const lock held(mutex_);
  if (w.pid < 0 && !w.status && !w.lost && w.failure.empty() && clock::now() - w.asked > options_.start_timeout)
    throw start_failed((ready_ ? "the daemon of " : "the interpreter ") + interpreter_ +
                       (ready_ ? " has started no worker within " : " was not ready within ") +
                       std::to_string(options_.start_timeout.count()) + " ms" + stopped_note(daemon_) +
                       (daemon_tail_.empty() ? "" : "; its output:\n" + text_of(daemon_tail_)));
  return w.pidfd.get();
}

LEAT_DECL std::exception_ptr daemon_pool::death_of(worker& w) {
  try {
    throw_death(w);
  } catch (...) {
    return std::current_exception();
  }
}

LEAT_DECL void daemon_pool::throw_death(worker& w) {
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
  if (robbed_) throw_closed_descriptors();
  if (!w.link.beginning.empty() && w.status)
    throw start_failed(w.link.beginning + " ended the worker (" + how_it_ended(*w.status) + ")" +
                       (tail.empty() ? "" : "; its output:\n" + tail));
  if (!w.failure.empty()) throw start_failed(w.failure);
  if (w.cause.find("python_options.start_timeout") != std::string::npos)
    throw worker_timeout(who + " was killed: " + w.cause, std::move(tail));
  if (!w.cause.empty()) throw worker_out_of_memory(who + " was killed: " + w.cause, std::move(tail));
  if (options_.memory != 0 && w.status && *w.status != 0 && !w.tail.empty() && names_lack_of_memory(tail))
    throw worker_out_of_memory(
        who + " ended for lack of memory: python_options.memory allows " + std::to_string(options_.memory) + " bytes",
        std::move(tail));
  if (w.status && !(WIFSIGNALED(*w.status) && WTERMSIG(*w.status) == SIGKILL)) closed = false;  // it was ending by itself
  if (closed && (w.status || w.lost)) throw worker_died(who + " closed its connection and was killed", std::move(tail));
  if (w.lost)
    throw worker_died(who + " was lost: its daemon ended" + (daemon_tail_.empty() ? "" : ":\n" + text_of(daemon_tail_)),
                      std::move(tail));
  if (!w.status) throw worker_died(who + " ended, and its daemon does not say how" + stopped_note(daemon_), std::move(tail));
  if (WIFSIGNALED(*w.status)) {
    const int signal = WTERMSIG(*w.status);
    throw worker_killed(
        signal,
        who + " was killed by " + signal_name(signal) +
            (signal == SIGKILL ? "; where nobody sent it, it was the kernel's out-of-memory killer (see dmesg)" : ""),
        std::move(tail));
  }
  const int code = WEXITSTATUS(*w.status);
  const std::string why = code == cut_off ? ": a function has closed or replaced its connection to this program" : "";
  throw worker_exited(code, who + " exited with code " + std::to_string(code) + " in the middle of a session" + why,
                      std::move(tail));
}

LEAT_DECL bool daemon_pool::runs(const worker& w) const {
  if (!mine()) return false;
  const lock held(mutex_);
  return !w.status && !w.lost && w.failure.empty();
}

LEAT_DECL bool daemon_pool::knows(const worker& w) const {
  const lock held(mutex_);
  return w.pid > 0;
}

LEAT_DECL worker_timeout daemon_pool::overdue(const worker& w, const std::string& span) const {
  const lock held(mutex_);
  return worker_timeout("no answer within " + span + "; worker" + (w.pid > 0 ? " " + std::to_string(w.pid) : std::string()) +
                            " of " + interpreter_ + " was killed",
                        text_of(w.tail));
}

LEAT_DECL std::vector<pid_t> daemon_pool::worker_pids() const {
  if (!mine()) return {};
  lock held(mutex_);
  const auto known = [&] { return std::all_of(all_.begin(), all_.end(), [](auto const& w) { return w->pid > 0; }); };
  changed_.wait_for(held, std::chrono::seconds(2), known);
  std::vector<pid_t> pids;
  for (auto const& w : all_)
    if (w->pid > 0) pids.push_back(w->pid);
  return pids;
}

LEAT_DECL pid_t daemon_pool::daemon_pid() const {
  if (!mine()) return -1;
  const lock held(mutex_);
  return daemon_;
}

}  // namespace leat::python_detail

#include <leat/python/environment/impl/daemon_pool_end.ipp>
#include <leat/python/environment/impl/monitor.ipp>

#endif
