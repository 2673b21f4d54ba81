// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_POSIX_IMPL_MEMORY_FILE_IPP
#define LEAT_POSIX_IMPL_MEMORY_FILE_IPP

#include <leat/posix/memory_file.hpp>
#include <leat/posix/write_all.hpp>

#include <cerrno>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace leat::python_detail {

// A process that could shorten it would end another one, which has mapped it, by SIGBUS.
inline constexpr int resizing = F_SEAL_SHRINK | F_SEAL_GROW;

LEAT_DECL int make_memory_file(const char* name, std::string_view content, bool sealed, descriptor& into) noexcept {
  into = descriptor(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!into) return errno;
  if (const int error = core::write_all(into.get(), content.data(), content.size())) return error;
  const int seals = sealed ? resizing | F_SEAL_WRITE | F_SEAL_SEAL : resizing;
  return ::fcntl(into.get(), F_ADD_SEALS, seals) == 0 ? 0 : errno;
}

LEAT_DECL int make_memory_file(const char* name, std::size_t size, descriptor& into) noexcept {
  const core::held_file_limit held;
  into = descriptor(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  const bool made = into && ::ftruncate(into.get(), static_cast<off_t>(size)) == 0;
  return made && ::fcntl(into.get(), F_ADD_SEALS, resizing) == 0 ? 0 : errno;
}

}  // namespace leat::python_detail

#endif
