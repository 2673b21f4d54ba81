// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_POSIX_INPUT_FILE_HPP
#define LEAT_POSIX_INPUT_FILE_HPP

#include <leat/core/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace leat::core {

/// Throws `input_error`: what was tried, on what, and the system's words for `error_number`.
[[noreturn]] LEAT_DECL void throw_input_error(const std::string& tried, const std::string& name, int error_number);

/// A file, pipe or terminal that is read front to back. Opened by path it is closed with its owner; a descriptor is borrowed.
class input_file {
 public:
  LEAT_DECL explicit input_file(const std::string& path);
  LEAT_DECL explicit input_file(int descriptor);
  input_file(input_file&& other) noexcept
      : name_(std::move(other.name_)),
        fd_(other.fd_),
        owned_(std::exchange(other.owned_, false)),
        regular_(other.regular_),
        size_(other.size_) {}
  LEAT_DECL ~input_file();

  /// Reads up to `n` bytes, waiting for the first; 0 at the end. Throws `input_error`.
  LEAT_DECL std::size_t read(char* into, std::size_t n);
  LEAT_DECL void seek(std::uint64_t to);
  /// Whether a read would not wait.
  LEAT_DECL bool readable() const;

  int descriptor() const { return fd_; }
  /// A regular file: reading it never waits for someone else.
  bool regular() const { return regular_; }
  /// Bytes of a regular file when it was opened; 0 of others.
  std::uint64_t size() const { return size_; }

 private:
  LEAT_DECL void inspect();

  std::string name_;
  int fd_ = -1;
  bool owned_ = false, regular_ = false;
  std::uint64_t size_ = 0;
};

/// Throws `input_error` where `path` is missing, unreadable or a folder, without opening it.
LEAT_DECL void check_input(const std::string& path);

}  // namespace leat::core

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/posix/impl/input_file.ipp>
#endif

#endif
