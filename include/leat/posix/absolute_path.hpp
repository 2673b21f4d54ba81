// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_POSIX_ABSOLUTE_PATH_HPP
#define LEAT_POSIX_ABSOLUTE_PATH_HPP

#include <leat/core/error.hpp>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include <unistd.h>

namespace leat::python_detail {

/// A path in the working folder; throws input_error where that has been removed, or cannot be read.
inline std::string absolute_path(const std::string& path, const std::string& what = {}) {
  if (!path.empty() && path[0] == '/') return path;
  char* const here = ::getcwd(nullptr, 0);
  const int failed = errno;
  std::string folder = here != nullptr ? here : "";
  std::free(here);
  if (folder.empty() || folder[0] != '/')  // the kernel says "(unreachable)" of one outside of this root
    throw input_error((what.empty() ? "" : what + ": ") + "'" + path +
                      "' is relative to the working folder, which cannot be named (" +
                      (folder.empty() ? std::strerror(failed) : folder) +
                      "): it was removed or is out of reach; give an absolute path, or change to a folder that is there");
  return folder + "/" + path;
}

}  // namespace leat::python_detail

#endif
