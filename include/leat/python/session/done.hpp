// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_SESSION_DONE_HPP
#define LEAT_PYTHON_SESSION_DONE_HPP

#include <leat/core/config.hpp>

#include <cstdint>
#include <string_view>

namespace leat::python_detail {

/// The body of a done frame.
struct done_body {
  std::uint64_t results = 0;    // of the batch, in all its data frames
  std::uint64_t nanoseconds{};  // that the worker has spent on it
  std::string_view updates{};   // of accumulators; empty: none
};

/// False where that is no such body.
LEAT_DECL bool read_done(std::string_view body, done_body& into) noexcept;

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/session/impl/done.ipp>
#endif

#endif
