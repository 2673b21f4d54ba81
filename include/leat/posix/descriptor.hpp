// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_POSIX_DESCRIPTOR_HPP
#define LEAT_POSIX_DESCRIPTOR_HPP

#include <cerrno>
#include <cstdint>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace leat::python_detail {

/// A file descriptor that is closed with its owner. It is none of the standard three, which programs write to by number; and
/// where the program has closed it, the number may be another file's now, which is left alone.
class descriptor {
 public:
  descriptor() = default;
  /// Keeps errno.
  explicit descriptor(int fd) noexcept : fd_(fd < 0 || fd > 2 ? fd : moved(fd)), file_(file_at(fd_)) {}
  descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)), file_(other.file_) {}
  descriptor& operator=(descriptor&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
      file_ = other.file_;
    }
    return *this;
  }
  ~descriptor() { reset(); }

  int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }
  /// Whether the number still stands for the same file.
  bool intact() const noexcept { return fd_ >= 0 && file_at(fd_) == file_; }
  void reset() noexcept {
    if (intact()) ::close(fd_);
    fd_ = -1;
  }

 private:
  static int moved(int fd) noexcept {
    const int higher = ::fcntl(fd, F_DUPFD_CLOEXEC, 3), error = errno;
    ::close(fd);
    errno = error;
    return higher;
  }
  static std::uint64_t file_at(int fd) noexcept {
    struct stat facts{};
    const int error = errno;
    const bool there = fd >= 0 && ::fstat(fd, &facts) == 0;
    errno = error;
    if (!there) return 0;
    return (std::uint64_t{facts.st_dev} << 48) ^ std::uint64_t{facts.st_ino} ^ (facts.st_mode & S_IFMT);
  }

  int fd_ = -1;
  std::uint64_t file_ = 0;
};

}  // namespace leat::python_detail

#endif
