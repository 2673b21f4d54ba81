// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SOURCE_FILES_HPP
#define LEAT_SOURCE_FILES_HPP

#include <leat/posix/input_file.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leat {

namespace core {

template <class P>
concept native_path = requires(const P& p) {
  { p.native() } -> std::convertible_to<const std::string&>;
};
template <class P>
concept holds_native_path = requires(const P& p) { requires native_path<decltype(p.path())>; };

}  // namespace core

/// Where a file is, as text. Made of text, of a `std::filesystem::path` or of a directory's entry, and becomes a path where one
/// is wanted; the header does without `<filesystem>`, which takes long to compile. Its parts are those of such a path.
class file_path : public std::string {
 public:
  static constexpr bool is_path = true;

  file_path() = default;
  file_path(std::string text) : std::string(std::move(text)) {}
  file_path(std::string_view text) : std::string(text) {}
  file_path(const char* text) : std::string(text) {}
  template <core::native_path P>
  file_path(const P& path) : std::string(path.native()) {}
  template <core::holds_native_path P>
  file_path(const P& entry) : std::string(entry.path().native()) {}

  const std::string& string() const noexcept { return *this; }
  const std::string& native() const noexcept { return *this; }
  LEAT_DECL file_path filename() const;
  LEAT_DECL file_path stem() const;
  LEAT_DECL file_path extension() const;
  LEAT_DECL file_path parent_path() const;
  template <core::native_path P>
    requires(!std::same_as<P, file_path>)
  operator P() const {
    return P(native());
  }
  /// What `below` names in this folder.
  template <std::same_as<file_path> F, std::convertible_to<std::string_view> P>
    requires(!core::native_path<P> || std::same_as<P, file_path>)
  friend file_path operator/(const F& folder, const P& below) {
    return folder.joined(below);
  }

 private:
  LEAT_DECL file_path joined(std::string_view below) const;
};

/// A file of a file set: where it is, and its bytes when it was found.
struct file {
  file_path path{};
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
LEAT_DECL std::vector<file> files(const file_path& what);

/// The files of each entry, one entry after the other.
LEAT_DECL std::vector<file> files(const std::vector<file_path>& list);
LEAT_DECL std::vector<file> files(std::initializer_list<file_path> list);
template <class List>
  requires(!std::convertible_to<const List&, file_path> && requires(const List& list) { file_path(*std::begin(list)); })
std::vector<file> files(const List& list) {
  return files(std::vector<file_path>(std::begin(list), std::end(list)));
}

}  // namespace leat

template <>
struct std::hash<leat::file_path> : std::hash<std::string> {};

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/source/impl/files.ipp>
#endif

#endif
