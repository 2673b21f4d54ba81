// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SOURCE_FILES_HPP
#define LEAT_SOURCE_FILES_HPP

#include <leat/posix/input_file.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace leat {

/// A file of a file set: where it is, and its bytes when it was found.
struct file {
  std::filesystem::path path{};
  std::uint64_t size = 0;

  /// The whole file as it stands. Throws `input_error`.
  LEAT_DECL std::string text() const;
  /// The same as bytes. Throws `input_error`.
  LEAT_DECL std::vector<std::byte> bytes() const;

  friend bool operator==(const file&, const file&) = default;
};

/// The regular files that `what` names: a file; all that are in a folder, at any depth, in the order of their names; or those
/// that a pattern of `*`, `?`, `[...]` and `**` (any folders) matches: a part of the path that exists is none, and `\` before a
/// sign makes it an ordinary one. Links to files count, links to folders are not entered.
/// Throws `input_error` where something is missing, matches nothing or cannot be read.
LEAT_DECL std::vector<file> files(const std::filesystem::path& what);

/// The files of each entry, one entry after the other.
LEAT_DECL std::vector<file> files(const std::vector<std::filesystem::path>& list);
inline std::vector<file> files(std::initializer_list<std::filesystem::path> list) {
  return files(std::vector<std::filesystem::path>(list));
}

}  // namespace leat

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/source/impl/files.ipp>
#endif

#endif
