// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_ENVIRONMENT_IMPL_ENVIRONMENT_IPP
#define LEAT_PYTHON_ENVIRONMENT_IMPL_ENVIRONMENT_IPP

#include <leat/posix/cpus.hpp>
#include <leat/python/environment/daemon_pool.hpp>
#include <leat/python/environment/environment.hpp>

#include <utility>

namespace leat::python_detail {

LEAT_DECL std::shared_ptr<pool> make_pool(python_options options) {
  if (options.workers == 0) options.workers = usable_cpus();
  return daemon_pool::make(std::move(options));
}
LEAT_DECL const python_options& options_of(const pool& workers) noexcept { return workers.options(); }
LEAT_DECL const std::string& interpreter_of(const pool& workers) noexcept { return workers.interpreter(); }
LEAT_DECL std::vector<pid_t> worker_pids_of(const pool& workers) { return workers.worker_pids(); }
LEAT_DECL pid_t daemon_pid_of(const pool& workers) { return workers.daemon_pid(); }

}  // namespace leat::python_detail

#endif
