// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_POSIX_IMPL_WRITE_ALL_IPP
#define LEAT_POSIX_IMPL_WRITE_ALL_IPP

#include <leat/posix/write_all.hpp>

#include <cerrno>
#include <ctime>
#include <system_error>

#include <sys/resource.h>
#include <unistd.h>

namespace leat::core {

inline sigset_t file_limit_signal() noexcept {
  sigset_t one;
  ::sigemptyset(&one);
  ::sigaddset(&one, SIGXFSZ);
  return one;
}

LEAT_DECL held_file_limit::held_file_limit() noexcept {
  const sigset_t one = file_limit_signal();
  ::pthread_sigmask(SIG_BLOCK, &one, &before_);
  sigset_t now;
  pending_ = ::sigismember(&before_, SIGXFSZ) == 1 && ::sigpending(&now) == 0 && ::sigismember(&now, SIGXFSZ) == 1;
}

LEAT_DECL held_file_limit::~held_file_limit() {
  const int error = errno;
  const sigset_t one = file_limit_signal();
  const timespec at_once{};
  if (!pending_)
    while (::sigtimedwait(&one, nullptr, &at_once) < 0 && errno == EINTR) {
    }
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  errno = error;
}

LEAT_DECL int write_all(int fd, const char* from, std::size_t n) noexcept {
  const held_file_limit held;
  while (n != 0) {
    const ssize_t sent = ::write(fd, from, n);
    if (sent > 0) {
      from += sent;
      n -= static_cast<std::size_t>(sent);
    } else if (sent == 0) {
      return ENOSPC;
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

LEAT_DECL std::string reason_of(int error, bool at_start) {
  const auto now = [](auto which) {
    rlimit limit{};
    const bool known = ::getrlimit(which, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
    return known ? ", which is " + std::to_string(limit.rlim_cur) : std::string();
  };
  const std::string words = std::generic_category().message(error);
  switch (error) {
    case EMFILE:
    case ETOOMANYREFS:
      return words + ": raise this process's limit of open files (ulimit -n, RLIMIT_NOFILE)" + now(RLIMIT_NOFILE);
    case ENFILE:
      return words + ": raise the system's limit of open files (sysctl fs.file-max)";
    case EFBIG:
      return words + ": raise this process's limit of a file's size (ulimit -f, RLIMIT_FSIZE)" + now(RLIMIT_FSIZE);
    case ENOMEM:
      return words + ": raise the limit of memory (ulimit -v, RLIMIT_AS" + now(RLIMIT_AS) + ", or the cgroup's memory.max)";
    case EAGAIN:
      if (!at_start) return words;
      return words + ": raise the limit of processes and threads (ulimit -u, RLIMIT_NPROC" + now(RLIMIT_NPROC) +
             ", or the cgroup's pids.max), or use fewer workers" +
             (now(RLIMIT_AS).empty() ? "" : "; or the limit of memory (ulimit -v, RLIMIT_AS)" + now(RLIMIT_AS));
    default:
      return words;
  }
}

}  // namespace leat::core

#endif
