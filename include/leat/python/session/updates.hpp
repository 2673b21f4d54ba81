// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_SESSION_UPDATES_HPP
#define LEAT_PYTHON_SESSION_UPDATES_HPP

#include <leat/core/config.hpp>
#include <leat/python/session/program.hpp>

#include <string>
#include <string_view>

namespace leat::python_detail {

/// Counts what a worker has added to accumulators, as the end of a done or closed frame says it.
LEAT_DECL void count_updates(const program& p, std::string_view body);
/// Versions of packages with which workers of this program have pickled objects, but for these; empty: there are no others.
LEAT_DECL std::string other_versions(const std::string& than);

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/session/impl/updates.ipp>
#endif

#endif
