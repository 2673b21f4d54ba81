// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_POSIX_HELPER_THREAD_HPP
#define LEAT_POSIX_HELPER_THREAD_HPP

#include <leat/core/config.hpp>

#include <thread>

namespace leat::python_detail {

/// Whether a thread of ours handles the signals of the process, as those of the user do.
enum class signals { handled, held };

/// Starts `run(self)` in a thread; throws start_failed, which says what that thread `does`.
LEAT_DECL std::thread helper_thread(const char* does, signals how, void (*run)(void*), void* self);

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/posix/impl/helper_thread.ipp>
#endif

#endif
