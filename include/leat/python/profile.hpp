// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_PROFILE_HPP
#define LEAT_PYTHON_PROFILE_HPP

#include <leat/core/config.hpp>

#include <memory>
#include <string>

namespace leat::python_detail {

class pool;

/// The functions that took most time in all sessions that have ended, as text. Writes the sums of all to `file`, unless it is
/// empty, for Python's pstats. Throws usage_error where python_options.profile was not set.
LEAT_DECL std::string profile_of(std::shared_ptr<pool> workers, const std::string& file);

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/impl/profile.ipp>
#endif

#endif
