// SPDX-License-Identifier: BSL-1.0
#include <leat/core/error.hpp>
#include <leat/posix/input_file.hpp>

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace leat::core {

LEAT_DECL void throw_input_error(const std::string& tried, const std::string& name, int error_number) {
  throw input_error("cannot " + tried + " " + name + ": " + std::generic_category().message(error_number));
}

LEAT_DECL input_file::input_file(const std::string& path) : name_(path), owned_(true) {
  do fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  while (fd_ < 0 && errno == EINTR);
  if (fd_ < 0) throw_input_error("open", name_, errno);
  try {
    inspect();
  } catch (...) {
    ::close(fd_);
    throw;
  }
}

LEAT_DECL input_file::input_file(int descriptor)
    : name_(descriptor == 0 ? "standard input" : "descriptor " + std::to_string(descriptor)), fd_(descriptor) {
  inspect();
}

LEAT_DECL input_file::~input_file() {
  if (owned_) ::close(fd_);
}

LEAT_DECL void input_file::inspect() {
  struct stat is{};
  if (::fstat(fd_, &is) != 0) throw_input_error("read", name_, errno);
  if (S_ISDIR(is.st_mode)) throw_input_error("read", name_, EISDIR);
  regular_ = S_ISREG(is.st_mode);
  if (regular_) size_ = static_cast<std::uint64_t>(is.st_size);
}

LEAT_DECL std::size_t input_file::read(char* into, std::size_t n) {
  for (;;) {
    const ssize_t got = ::read(fd_, into, n);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno == EAGAIN) {  // someone made the descriptor non-blocking
      pollfd wait{fd_, POLLIN, 0};
      ::poll(&wait, 1, -1);
    } else if (errno != EINTR) {
      throw_input_error("read", name_, errno);
    }
  }
}

LEAT_DECL void input_file::seek(std::uint64_t to) {
  if (::lseek(fd_, static_cast<off_t>(to), SEEK_SET) < 0) throw_input_error("seek in", name_, errno);
}

LEAT_DECL bool input_file::readable() const {
  pollfd now{fd_, POLLIN, 0};
  return ::poll(&now, 1, 0) > 0;
}

LEAT_DECL void check_input(const std::string& path) {
  struct stat is{};
  if (::stat(path.c_str(), &is) != 0 || ::access(path.c_str(), R_OK) != 0) throw_input_error("open", path, errno);
  if (S_ISDIR(is.st_mode)) throw_input_error("read", path, EISDIR);
}

}  // namespace leat::core
