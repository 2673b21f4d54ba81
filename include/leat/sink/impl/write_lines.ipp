// SPDX-License-Identifier: BSL-1.0
#include <leat/core/error.hpp>
#include <leat/posix/write_all.hpp>
#include <leat/sink/write_lines.hpp>

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace leat::core {

[[noreturn]] inline void throw_output_error(const char* tried, const std::string& path, int error_number) {
  throw output_error(std::string("cannot ") + tried + " " + path + ": " + reason_of(error_number));
}

LEAT_DECL written_file::written_file(const std::string& path) : path_(path) {
  constexpr std::size_t capacity = 64 * 1024;
  do fd_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  while (fd_ < 0 && errno == EINTR);
  if (fd_ < 0) throw_output_error("open", path_, errno);
  try {
    buffer_ = heap_array(new char[capacity]);
  } catch (...) {
    ::close(fd_);
    throw;
  }
  setp(buffer_.get(), buffer_.get() + capacity);
}

LEAT_DECL written_file::~written_file() {
  delete stream_;
  if (fd_ < 0) return;
  try {
    spill();
  } catch (...) {  // another exception is on its way already
  }
  ::close(fd_);
}

LEAT_DECL std::ostream& written_file::stream() {
  if (stream_ == nullptr) {
    stream_ = new std::ostream(this);
    stream_->exceptions(std::ios_base::badbit);  // lets ours through
  }
  return *stream_;
}

LEAT_DECL void written_file::close() {
  spill();
  if (::close(std::exchange(fd_, -1)) != 0 && errno != EINTR) throw_output_error("close", path_, errno);
}

LEAT_DECL written_file::int_type written_file::overflow(int_type c) {
  spill();
  if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
  *pptr() = traits_type::to_char_type(c);
  pbump(1);
  return c;
}

// The buffer is empty after a failure, too: it is not tried again.
LEAT_DECL void written_file::spill() {
  const std::size_t held = static_cast<std::size_t>(pptr() - pbase());
  setp(pbase(), epptr());
  send(pbase(), held);
}

LEAT_DECL void written_file::send(const char* from, std::size_t n) {
  if (const int error = write_all(fd_, from, n)) throw_output_error("write", path_, error);
}

LEAT_DECL lines_to_file::~lines_to_file() { delete file_; }
LEAT_DECL void lines_to_file::open() {
  delete std::exchange(file_, nullptr);
  file_ = new written_file(path_);
}

LEAT_DECL void lines_to_stream::fail() { throw output_error("cannot write to the stream: it has failed"); }

}  // namespace leat::core
