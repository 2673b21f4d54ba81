// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_SESSION_REPORT_HPP
#define LEAT_PYTHON_SESSION_REPORT_HPP

#include <leat/core/config.hpp>
#include <leat/core/error.hpp>
#include <leat/python/session/program.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace leat::python_detail {

/// Throws what the body of an error frame describes: python_error, conversion_error or start_failed.
[[noreturn]] LEAT_DECL void throw_reported(const program& p, std::string_view body, location at);
/// A worker's answer does not hold what it says.
[[noreturn]] LEAT_DECL void throw_wrong_count(std::size_t announced, std::size_t sent, location at);
/// It says that it is done with more elements of a batch than it was sent.
[[noreturn]] LEAT_DECL void throw_more_than_sent(std::uint64_t consumed, std::size_t sent, location at);
/// What is said where a worker has died as often as `python_options.attempts` allows; `records`: of its batch, or 0.
LEAT_DECL std::string gave_up_after(unsigned attempts, std::size_t records = 0);

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/session/impl/report.ipp>
#endif

#endif
