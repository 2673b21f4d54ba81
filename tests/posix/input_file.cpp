// SPDX-License-Identifier: BSL-1.0
#include <leat/core/error.hpp>
#include <leat/posix/input_file.hpp>

#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace posix_input_file {
namespace {

TEST_CASE("a file opened by path is closed with its owner, a descriptor is not") {
  const std::string path = "/tmp/leat-input-file-" + std::to_string(::getpid());
  std::ofstream(path) << "hello";
  int kept = -1;
  {
    leat::core::input_file in(path);
    kept = in.descriptor();
    CHECK((::fcntl(kept, F_GETFD) & FD_CLOEXEC) != 0);
    leat::core::input_file moved(std::move(in));
    char text[8];
    CHECK(moved.read(text, 8) == 5);
    CHECK(moved.read(text, 8) == 0);
    moved.seek(4);
    CHECK(moved.read(text, 8) == 1);
    CHECK(moved.regular());
    CHECK(moved.size() == 5);
  }
  CHECK(::fcntl(kept, F_GETFD) == -1);
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  {
    leat::core::input_file borrowed(fd);
  }
  CHECK(::fcntl(fd, F_GETFD) != -1);
  ::close(fd);
  ::unlink(path.c_str());
  CHECK_THROWS_WITH(leat::core::input_file{path}, ("leat: cannot open " + path + ": No such file or directory").c_str());
  CHECK_THROWS_WITH(leat::core::input_file{"/tmp"}, "leat: cannot read /tmp: Is a directory");
  CHECK_THROWS_WITH(leat::core::input_file{fd},
                    ("leat: cannot read descriptor " + std::to_string(fd) + ": Bad file descriptor").c_str());
  CHECK_THROWS_AS(leat::core::check_input("/tmp"), leat::input_error);
}

}  // namespace
}  // namespace posix_input_file
