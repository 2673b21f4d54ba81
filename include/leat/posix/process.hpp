// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_POSIX_PROCESS_HPP
#define LEAT_POSIX_PROCESS_HPP

#include <leat/core/config.hpp>

#include <string>
#include <vector>

#include <sys/types.h>

namespace leat::python_detail {

/// A process to start: its descriptors 0 to 4 are the given ones (-1: /dev/null), all others are for it to close.
struct process_plan {
  std::string executable{};  // absolute
  std::vector<std::string> arguments{};
  std::vector<std::string> environment{};  // NAME=value, complete
  int descriptors[5] = {-1, -1, -1, -1, -1};
};

/// Starts a process that adopts its orphaned descendants (a subreaper) and leads a session and a process group of its own, with
/// default signal handling, but for what a terminal sends where this process ignores that. Returns its pid; throws
/// start_failed. The caller reaps it with waitpid.
LEAT_DECL pid_t start_process(const process_plan& plan);

/// Which of Boost's two process libraries this build uses: 1 or 2.
LEAT_DECL int process_library() noexcept;

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/posix/impl/process.ipp>
#endif

#endif
