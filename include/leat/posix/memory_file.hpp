// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_POSIX_MEMORY_FILE_HPP
#define LEAT_POSIX_MEMORY_FILE_HPP

#include <leat/core/config.hpp>
#include <leat/posix/descriptor.hpp>

#include <cstddef>
#include <string_view>

namespace leat::python_detail {

/// A file in memory (memfd) that holds this and cannot be resized; no path leads to it, `name` is for people who look into
/// /proc. With `sealed`, nobody can write to it either. Returns 0, or why there is none.
LEAT_DECL int make_memory_file(const char* name, std::string_view content, bool sealed, descriptor& into) noexcept;
/// The same of so many zeros, to be written to.
LEAT_DECL int make_memory_file(const char* name, std::size_t size, descriptor& into) noexcept;

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/posix/impl/memory_file.ipp>
#endif

#endif
