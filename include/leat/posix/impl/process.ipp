// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_POSIX_IMPL_PROCESS_IPP
#define LEAT_POSIX_IMPL_PROCESS_IPP

// The only file that knows Boost.Process. Version 1, which is headers alone in every Boost and starts processes on kernels
// without pidfd too; version 2, from Boost 1.81 on, where LEAT_BOOST_PROCESS_V2 asks for it: from 1.86 on it is a library to
// link.
#include <leat/core/error.hpp>
#include <leat/posix/descriptor.hpp>
#include <leat/posix/process.hpp>
#include <leat/posix/write_all.hpp>

#include <boost/version.hpp>

// Fork takes the longer the more memory this program has touched. Version 1 has vfork too, but looks for it in a way that finds
// it with old versions of glibc only.
#if !defined(BOOST_PROCESS_DETAIL_POSIX_EXECUTOR_HPP) && !defined(BOOST_POSIX_HAS_VFORK)
#define BOOST_POSIX_HAS_VFORK 1
#endif

#if BOOST_VERSION >= 108100 && defined(LEAT_BOOST_PROCESS_V2)
#include <boost/asio/io_context.hpp>
#include <boost/process/v2/posix/vfork_launcher.hpp>
#include <boost/process/v2/process.hpp>
#elif BOOST_VERSION < 108600
#include <boost/process/child.hpp>
#include <boost/process/error.hpp>
#include <boost/process/extend.hpp>
#include <boost/process/posix.hpp>
#else  // with std::filesystem version 1 links nothing; what the program itself includes after this keeps its own choice
#pragma push_macro("BOOST_PROCESS_USE_STD_FS")
#undef BOOST_PROCESS_USE_STD_FS
#define BOOST_PROCESS_USE_STD_FS 1
#include <boost/process/v1/child.hpp>
#include <boost/process/v1/error.hpp>
#include <boost/process/v1/extend.hpp>
#include <boost/process/v1/posix.hpp>
#pragma pop_macro("BOOST_PROCESS_USE_STD_FS")
#endif

#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace leat::python_detail {

/// What the child does between fork and exec; async-signal-safe calls only, and a child of vfork may run it.
class child_setup {
 public:
  explicit child_setup(const process_plan& plan) {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all,
                      &mask_);  // a child of vfork would run this program's handlers in this program's memory
    // What is made from here on stands above the targets, so that no dup2 overwrites it in the child.
    for (int& low : low_)
      if ((null_ = ::open("/dev/null", O_RDWR | O_CLOEXEC)) < 5 && null_ >= 0)
        low = std::exchange(null_, -1);
      else
        break;
    if (null_ < 0) null_ = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null_ < 0) failed_ = errno;
    for (int i = 0; i < 5 && failed_ == 0; ++i) {
      const int from = plan.descriptors[i] >= 0 ? plan.descriptors[i] : null_;
      high_[i] = ::fcntl(from, F_DUPFD_CLOEXEC, 5);                  // above the targets, so that no dup2 overwrites a source
      if (high_[i] < 0) failed_ = errno == EINVAL ? EMFILE : errno;  // where the limit is below that
    }
  }
  child_setup(const child_setup&) = delete;
  ~child_setup() {
    for (const int* all : {high_, low_})
      for (int i = 0; i < 5; ++i)
        if (all[i] >= 0) ::close(all[i]);
    if (null_ >= 0) ::close(null_);
    ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
  }

  int failed() const { return failed_; }

  void operator()() const noexcept {
    for (int i = 0; i < 5; ++i) ::dup2(high_[i], i);
    ::setsid();  // what a terminal or a shell sends to this process's group is for this process to judge
    ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    struct sigaction initial{}, given{};
    initial.sa_handler = SIG_DFL;
    for (int s = 1; s != NSIG; ++s) {
      const bool wanted = s == SIGCHLD || s == SIGPIPE || s == SIGTERM || s == SIGXFSZ;
      if (wanted || (::sigaction(s, nullptr, &given) == 0 && given.sa_handler != SIG_IGN && given.sa_handler != SIG_DFL))
        ::sigaction(s, &initial, nullptr);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
  }

 private:
  int null_ = -1;
  int high_[5] = {-1, -1, -1, -1, -1};
  int low_[5] = {-1, -1, -1, -1, -1};
  int failed_ = 0;
  sigset_t mask_;
};

inline std::vector<const char*> pointers(const std::vector<std::string>& strings) {
  std::vector<const char*> out;
  for (auto const& s : strings) out.push_back(s.c_str());
  out.push_back(nullptr);
  return out;
}

/// Of a child that could not execute its program: neither library does it.
inline void reap(pid_t child) {
  if (child > 0) ::waitpid(child, nullptr, 0);
}

[[noreturn]] inline void cannot_start(const std::string& executable, int error) {
  std::string text = "cannot start the Python interpreter " + executable + ": " + core::reason_of(error, true);
  if (error == ENOENT && ::access(executable.c_str(), F_OK) == 0)
    text += " (it is there; what its first line or its loader names is not)";
  if (error == E2BIG) text += "; the variables of the environment take too much room";
  const bool limit = error == EMFILE || error == ENFILE || error == EAGAIN || error == ENOMEM || error == E2BIG;
  throw start_failed(limit ? text : text + "; set LEAT_PYTHON or python_options.interpreter to a CPython 3.9 or newer");
}

#if BOOST_VERSION >= 108100 && defined(LEAT_BOOST_PROCESS_V2)

LEAT_DECL int process_library() noexcept { return 2; }

struct v2_init {
  const child_setup& setup;
  const char* const* environment;

  template <class Launcher, class... A>
  boost::process::v2::error_code on_setup(Launcher& launcher, A&&...) const {
    launcher.env = environment;
    launcher.fd_whitelist.push_back(3);
    launcher.fd_whitelist.push_back(4);
    return {};
  }
  template <class... A>
  boost::process::v2::error_code on_exec_setup(A&&...) const {
    setup();
    return {};
  }
  template <class... A>
  void on_exec_error(A&&...) const {
    ::_exit(127);  // the launcher would run this program's exit handlers in the child
  }
  template <class Launcher, class... A>
  void on_error(Launcher& launcher, A&&...) const {
    reap(launcher.pid);
  }
};

LEAT_DECL pid_t start_process(const process_plan& plan) {
  const child_setup setup(plan);
  if (setup.failed() != 0) cannot_start(plan.executable, setup.failed());
  if (::access(plan.executable.c_str(), X_OK) != 0) cannot_start(plan.executable, errno);
  auto environment = pointers(plan.environment);
  boost::asio::io_context context;
  boost::process::v2::error_code ec;
  boost::process::v2::posix::vfork_launcher launcher;
  auto process = launcher(context.get_executor(), ec, plan.executable, plan.arguments, v2_init{setup, environment.data()});
  if (ec) cannot_start(plan.executable, ec.value());
  const pid_t pid = process.id();
  process.detach();
  return pid;
}

#else

LEAT_DECL int process_library() noexcept { return 1; }

#if BOOST_VERSION < 108600
namespace process_v1 = boost::process;
#else
namespace process_v1 = boost::process::v1;
#endif

// All that is set is set here: one initializer compiles in half the time of three.
struct v1_init : process_v1::extend::handler {
  const child_setup* setup;
  const char* executable;
  const char* const* arguments;
  const char* const* environment;
  int report;  // where the child tells why it could not execute the program
  int* no_fork;

  template <class Executor>
  void on_setup(Executor& executor) const {
    executor.exe = executable;
    executor.cmd_line = const_cast<char**>(arguments);
    executor.env = const_cast<char**>(environment);
  }
  template <class Executor>
  void on_exec_setup(Executor&) const {
    (*setup)();
  }
  template <class Executor>
  void on_exec_error(Executor&, const std::error_code& ec) const {
    const int error = ec.value();
    (void)!::write(report, &error, sizeof error);
    ::_exit(127);
  }
  template <class Executor>
  void on_fork_error(Executor&, const std::error_code& ec) const {
    *no_fork = ec.value();
  }
};

// The library's own way to hear of errors is a pipe that a child which another thread starts meanwhile may inherit: it would
// then wait for that one's end. It also takes a pipe that could not be made for a success.
LEAT_DECL pid_t start_process(const process_plan& plan) {
  const child_setup setup(plan);
  if (setup.failed() != 0) cannot_start(plan.executable, setup.failed());
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) cannot_start(plan.executable, errno);
  const descriptor told(ends[0]);
  descriptor tells(ends[1]);
  auto arguments = pointers(plan.arguments), environment = pointers(plan.environment);
  arguments.insert(arguments.begin(), plan.executable.c_str());
  int error = 0;
  v1_init init{{}, &setup, plan.executable.c_str(), arguments.data(), environment.data(), tells.get(), &error};
#if BOOST_POSIX_HAS_VFORK
  process_v1::child child(init, process_v1::ignore_error, process_v1::posix::use_vfork);
#else  // the program included its executor first
  process_v1::child child(init, process_v1::ignore_error);
#endif
  const pid_t pid = child.id();
  child.detach();
  tells.reset();
  if (pid > 0) {
    pollfd end{told.get(), POLLIN, 0};  // not for ever: a fork without exec in another thread may keep its copy
    if (::poll(&end, 1, 1000) > 0 && ::read(told.get(), &error, sizeof error) == sizeof error) reap(pid);
  }
  if (error != 0 || pid <= 0) cannot_start(plan.executable, error != 0 ? error : EAGAIN);
  return pid;
}

#endif

}  // namespace leat::python_detail

#endif
