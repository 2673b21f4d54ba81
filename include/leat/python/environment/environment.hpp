// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_ENVIRONMENT_ENVIRONMENT_HPP
#define LEAT_PYTHON_ENVIRONMENT_ENVIRONMENT_HPP

#include <leat/core/config.hpp>
#include <leat/python/environment/options.hpp>

#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

namespace leat::python_detail {

class pool;

/// A pool by these options, with as many workers as CPUs where they name no number. Throws what its constructor does.
LEAT_DECL std::shared_ptr<pool> make_pool(python_options options);
LEAT_DECL const python_options& options_of(const pool& workers) noexcept;
LEAT_DECL const std::string& interpreter_of(const pool& workers) noexcept;
LEAT_DECL std::vector<pid_t> worker_pids_of(const pool& workers);
LEAT_DECL pid_t daemon_pid_of(const pool& workers);

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/environment/impl/environment.ipp>
#endif

#endif
