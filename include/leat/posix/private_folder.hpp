// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_POSIX_PRIVATE_FOLDER_HPP
#define LEAT_POSIX_PRIVATE_FOLDER_HPP

#include <leat/core/config.hpp>
#include <leat/posix/descriptor.hpp>

#include <string>
#include <utility>

namespace leat::python_detail {

struct parent_folder;

/// A folder in the temporary folder that only this user can read, removed with its owner. Its owner's lock on it ends with the
/// process, so that a later start finds and removes what a killed one has left.
class private_folder {
 public:
  private_folder() = default;
  private_folder(private_folder&& other) noexcept
      : path_(std::exchange(other.path_, {})), lock_(std::move(other.lock_)), mine_(other.mine_) {}
  private_folder& operator=(private_folder&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(lock_, other.lock_);
    std::swap(mine_, other.mine_);
    return *this;
  }
  LEAT_DECL ~private_folder();

  /// Makes one; throws output_error.
  LEAT_DECL static private_folder make();

  /// Empty: none was made.
  const std::string& path() const noexcept { return path_; }
  /// Makes a folder in it, if it is not there.
  LEAT_DECL void folder(const std::string& name) const;
  /// Copies a file, or a folder with all that it holds, modes included; links are followed. Throws input_error, output_error,
  /// and usage_error where a file of that name is there.
  LEAT_DECL void copy(const std::string& from, const std::string& name) const;
  LEAT_DECL void write(const std::string& name, const std::string& text) const;

 private:
  LEAT_DECL void fill(const descriptor& file, const char* from, std::size_t n, const std::string& name) const;
  LEAT_DECL descriptor create(const std::string& name, unsigned mode) const;
  LEAT_DECL void copy_to(const std::string& from, const std::string& name, const parent_folder* parent) const;

  std::string path_{};
  descriptor lock_{};
  pid_t mine_ = ::getpid();  // a fork's child has a copy that it may not remove
};

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/posix/impl/private_folder.ipp>
#endif

#endif
