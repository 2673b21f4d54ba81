// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_POSIX_CPUS_HPP
#define LEAT_POSIX_CPUS_HPP

#include <leat/core/config.hpp>

#include <cstddef>
#include <string>

namespace leat {

/// How many CPUs this process may use: its affinity, and its cgroup's quota (v1 or v2) rounded up. At least 1.
LEAT_DECL std::size_t usable_cpus();

namespace core {
/// The quota in CPUs, 0 for none: from the text of /proc/self/cgroup and the folder where cgroups are mounted.
LEAT_DECL double cgroup_cpus(const std::string& proc_self_cgroup, const std::string& mount);
}  // namespace core

}  // namespace leat

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/posix/impl/cpus.ipp>
#endif

#endif
