// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_POSIX_WRITE_ALL_HPP
#define LEAT_POSIX_WRITE_ALL_HPP

#include <leat/core/config.hpp>

#include <cstddef>
#include <string>

#include <signal.h>

namespace leat::core {

/// While it lives, what would grow a file beyond RLIMIT_FSIZE fails with EFBIG in this thread, instead of by the SIGXFSZ that
/// ends the process.
class held_file_limit {
 public:
  LEAT_DECL held_file_limit() noexcept;
  held_file_limit(const held_file_limit&) = delete;
  LEAT_DECL ~held_file_limit();

 private:
  sigset_t before_;
  bool pending_ = false;
};

/// Writes all of it, however many calls that takes. Returns 0, or why it could not.
LEAT_DECL int write_all(int fd, const char* from, std::size_t n) noexcept;

/// What the system says of this error number, and, where a limit is behind it, which one and how to raise it. EAGAIN is a limit
/// where a process or a thread was to start.
LEAT_DECL std::string reason_of(int error, bool at_start = false);

}  // namespace leat::core

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/posix/impl/write_all.ipp>
#endif

#endif
