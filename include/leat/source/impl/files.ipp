// SPDX-License-Identifier: BSL-1.0
#include <leat/source/files.hpp>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fnmatch.h>

namespace leat {

namespace core {

template <class Bytes>
Bytes read_whole(const std::string& path) {
  input_file in(path);
  Bytes all;
  std::size_t n = 0;
  for (std::size_t room = static_cast<std::size_t>(in.size()) + 1;; room = std::max<std::size_t>(n, 4096)) {
    all.resize(n + room);
    while (n != all.size()) {
      const std::size_t got = in.read(reinterpret_cast<char*>(all.data()) + n, all.size() - n);
      if (got == 0) {
        all.resize(n);
        return all;
      }
      n += got;
    }
  }
}

// The entries of a folder by name; nothing where it has vanished or is none and `optional` says that this may be.
inline std::vector<std::filesystem::directory_entry> entries_of(const std::filesystem::path& folder, bool optional) {
  std::error_code failed;
  std::vector<std::filesystem::directory_entry> all;
  std::filesystem::directory_iterator at(folder.empty() ? "." : folder, failed);
  for (; !failed && at != std::filesystem::directory_iterator(); at.increment(failed)) all.push_back(*at);
  const bool none = failed.value() == ENOENT || failed.value() == ENOTDIR || failed.value() == ELOOP;
  if (failed && !(optional && none)) throw_input_error("read the folder", folder.string(), failed.value());
  std::sort(all.begin(), all.end(), [](auto const& a, auto const& b) { return a.path().native() < b.path().native(); });
  return all;
}

inline void add_file(const std::filesystem::directory_entry& entry, std::vector<file>& into) {
  std::error_code failed;
  if (!entry.is_regular_file(failed)) {
    if (failed && failed.value() != ENOENT && failed.value() != ELOOP)
      throw_input_error("read", entry.path().string(), failed.value());
    return;  // another kind of file, a link to a folder or to nothing
  }
  const auto size = entry.file_size(failed);
  if (failed) throw_input_error("read", entry.path().string(), failed.value());
  into.push_back({entry.path(), size});
}

inline void add_files_below(const std::filesystem::path& folder, std::vector<file>& into) {
  for (auto const& entry : entries_of(folder, false)) {
    std::error_code failed;
    if (entry.symlink_status(failed).type() == std::filesystem::file_type::directory)
      add_files_below(entry.path(), into);
    else
      add_file(entry, into);
  }
}

inline bool has_wildcard(const std::string& text) { return text.find_first_of("*?[") != std::string::npos; }

// Whether a path leads anywhere, or to a link that leads nowhere. What cannot be told is an error and no gap.
inline bool leads_somewhere(const std::filesystem::path& path) {
  std::error_code failed;
  const auto type = std::filesystem::symlink_status(path, failed).type();
  if (type != std::filesystem::file_type::none) return type != std::filesystem::file_type::not_found;
  if (failed.value() != ELOOP && failed.value() != ENAMETOOLONG) throw_input_error("read", path.string(), failed.value());
  return false;
}

// Follows a pattern's parts [part, last) down from `base`.
template <class Part>
void add_matches(const std::filesystem::path& base, Part part, Part last, std::vector<file>& into) {
  if (part == last) {
    std::filesystem::directory_entry entry(base);
    std::error_code failed;
    if (entry.is_directory(failed))
      add_files_below(base, into);
    else
      add_file(entry, into);
    return;
  }
  const std::string text = part->string();
  const auto next = std::next(part);
  if (const auto path = base / *part; leads_somewhere(path)) {
    add_matches(path, next, last, into);
  } else if (text == "**") {
    add_matches(base, next, last, into);
    std::error_code failed;
    for (auto const& entry : entries_of(base, true))
      if (entry.symlink_status(failed).type() == std::filesystem::file_type::directory)
        add_matches(base / entry.path().filename(), part, last, into);
  } else if (has_wildcard(text)) {
    for (auto const& entry : entries_of(base, true))
      if (::fnmatch(text.c_str(), entry.path().filename().c_str(), FNM_PERIOD) == 0)
        add_matches(base / entry.path().filename(), next, last, into);
  }
}

}  // namespace core

LEAT_DECL std::string file::text() const { return core::read_whole<std::string>(path); }
LEAT_DECL std::vector<std::byte> file::bytes() const { return core::read_whole<std::vector<std::byte>>(path); }

LEAT_DECL file_path file_path::filename() const { return std::filesystem::path(native()).filename(); }
LEAT_DECL file_path file_path::stem() const { return std::filesystem::path(native()).stem(); }
LEAT_DECL file_path file_path::extension() const { return std::filesystem::path(native()).extension(); }
LEAT_DECL file_path file_path::parent_path() const { return std::filesystem::path(native()).parent_path(); }
LEAT_DECL file_path file_path::joined(std::string_view below) const { return std::filesystem::path(native()) / below; }

LEAT_DECL std::vector<file> files(const file_path& name) {
  const std::filesystem::path what(name.native());
  std::vector<file> found;
  std::error_code failed;
  const auto status = std::filesystem::status(what, failed);
  if (status.type() == std::filesystem::file_type::directory) {
    core::add_files_below(what, found);
  } else if (std::filesystem::exists(status)) {
    core::check_input(what.string());
    found.push_back({what, std::filesystem::is_regular_file(status) ? std::filesystem::file_size(what) : 0});
  } else if (core::has_wildcard(what.string())) {
    core::add_matches({}, what.begin(), what.end(), found);
    std::sort(found.begin(), found.end(), [](auto const& a, auto const& b) {
      return std::filesystem::path(a.path.native()) < std::filesystem::path(b.path.native());  // folder by folder
    });
    found.erase(std::unique(found.begin(), found.end()), found.end());
    if (found.empty()) core::throw_input_error("find a file that matches", what.string(), ENOENT);
  } else {
    core::throw_input_error("find", what.string(), failed.value() != 0 ? failed.value() : ENOENT);
  }
  return found;
}

LEAT_DECL std::vector<file> files(std::initializer_list<file_path> list) { return files(std::vector<file_path>(list)); }
LEAT_DECL std::vector<file> files(const std::vector<file_path>& list) {
  std::vector<file> found;
  for (auto const& what : list) {
    auto more = files(what);
    found.insert(found.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  return found;
}

}  // namespace leat
