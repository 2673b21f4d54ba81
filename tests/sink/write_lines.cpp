// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../core/probe.hpp"

namespace sink_write_lines {
namespace {

/// A path that is removed at the end.
struct temporary {
  std::string path = "/tmp/leat-write-" + std::to_string(::getpid());
  ~temporary() { ::unlink(path.c_str()); }
  std::string bytes() const {
    std::ostringstream all;
    all << std::ifstream(path, std::ios::binary).rdbuf();
    return all.str();
  }
};

struct point {
  int x, y;
  friend std::ostream& operator<<(std::ostream& out, const point& p) { return out << p.x << ':' << p.y; }
};

/// The same into a file and into a stream.
template <class T>
std::string written(const std::vector<T>& v) {
  temporary file;
  std::ostringstream out;
  CHECK((v | leat::write_lines(file.path)) == v.size());
  CHECK((v | leat::write_lines(out)) == v.size());
  CHECK(out.str() == file.bytes());
  return file.bytes();
}

TEST_CASE("write_lines writes text, numbers and what prints itself") {
  CHECK(written(std::vector<std::string>{"a", "", "b\nc"}) == "a\n\nb\nc\n");
  CHECK(written(std::vector<std::string_view>{"a"}) == "a\n");
  CHECK(written(std::vector<const char*>{"x", "y"}) == "x\ny\n");
  CHECK(written(std::vector{0, -5, std::numeric_limits<int>::min()}) == "0\n-5\n-2147483648\n");
  CHECK(written(std::vector{0.1, 1e300, -2.5}) == "0.1\n1e+300\n-2.5\n");
  CHECK(written(std::vector<std::uint8_t>{65}) == "65\n");
  CHECK(written(std::vector{'a'}) == "a\n");
  CHECK(written(std::vector<bool>{true, false}) == "1\n0\n");
  CHECK(written(std::vector<point>{{1, 2}, {-3, 4}}) == "1:2\n-3:4\n");
  CHECK(written(std::vector<int>()) == "");
}

TEST_CASE("write_lines and lines are a round trip, of lines longer than any buffer too") {
  temporary file;
  std::vector<std::string> v;
  for (std::size_t n = 0; n < 200'000; n = n * 3 / 2 + 1) v.emplace_back(n, 'x');
  for (std::size_t i = 0; i < 70'000; ++i) v.push_back(std::to_string(i));
  CHECK((v | leat::write_lines(file.path)) == v.size());
  CHECK((leat::lines(file.path) | leat::to_vector()) == v);
  CHECK((std::vector<point>(30'000) | leat::write_lines(file.path)) == 30'000);
  CHECK(file.bytes().size() == 120'000);
}

TEST_CASE("write_lines stops with its source, replaces a file, and keeps what came before an exception") {
  temporary file;
  int asked = 0;
  CHECK((probe::counted(asked) | leat::take(3) | leat::write_lines(file.path)) == 3);
  CHECK(asked == 3);
  CHECK(file.bytes() == "0\n1\n2\n");
  CHECK((std::vector{7} | leat::take(0) | leat::write_lines(file.path)) == 0);
  CHECK(file.bytes() == "");
  auto fail_at_2 = leat::map([](int x) { return x == 2 ? throw std::runtime_error("two") : x; });
  CHECK_THROWS_WITH((leat::iota(0, 5) | fail_at_2 | leat::write_lines(file.path)), "two");
  CHECK(file.bytes() == "0\n1\n");
}

TEST_CASE("every failure is told: path and reason") {
  CHECK_THROWS_WITH_AS((std::vector{1} | leat::write_lines("/no/such/file")),
                       "leat: cannot open /no/such/file: No such file or directory", leat::output_error);
  CHECK_THROWS_WITH_AS((std::vector{1} | leat::write_lines("/tmp")), "leat: cannot open /tmp: Is a directory",
                       leat::output_error);
  const char* full = "leat: cannot write /dev/full: No space left on device";
  CHECK_THROWS_WITH_AS((std::vector{1} | leat::write_lines("/dev/full")), full, leat::output_error);
  CHECK_THROWS_WITH_AS((leat::iota(0, 100'000) | leat::write_lines("/dev/full")), full, leat::output_error);
  CHECK_THROWS_WITH_AS((std::vector<point>(100'000) | leat::write_lines("/dev/full")), full, leat::output_error);
  CHECK_THROWS_WITH_AS((std::vector{std::string(1'000'000, 'x')} | leat::write_lines("/dev/full")), full, leat::output_error);
  std::ofstream disk("/dev/full");
  CHECK_THROWS_WITH_AS((std::vector{1} | leat::write_lines(disk)), "leat: cannot write to the stream: it has failed",
                       leat::output_error);
  std::ostringstream failed;
  failed.setstate(std::ios::badbit);
  CHECK_THROWS_AS((std::vector<int>() | leat::write_lines(failed)), leat::output_error);
}

/// What `f()` throws where no file may grow beyond so many bytes.
template <class F>
std::string limited(rlim_t most, F f) {
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit now{most, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &now);
  std::string text;
  try {
    f();
  } catch (const leat::output_error& e) {
    text = e.what();
  }
  ::setrlimit(RLIMIT_FSIZE, &before);
  return text;
}

TEST_CASE("a limit of the size of files is told, and its signal is left as it was") {
  temporary file;
  const auto all = std::vector<std::string>(1000, "line");
  const std::string told = "leat: cannot write " + file.path +
                           ": File too large: raise this process's limit of a file's size (ulimit -f, RLIMIT_FSIZE), which is ";
  for (const bool blocked : {false, true}) {
    sigset_t one, before, after;
    ::sigemptyset(&one);
    ::sigaddset(&one, SIGXFSZ);
    ::pthread_sigmask(blocked ? SIG_BLOCK : SIG_UNBLOCK, &one, &before);
    for (const rlim_t most : {0, 1, 4999}) {
      CHECK(limited(most, [&] { all | leat::write_lines(file.path); }) == told + std::to_string(most));
      CHECK(file.bytes().size() == most);
    }
    CHECK(limited(5000, [&] { all | leat::write_lines(file.path); }) == "");
    ::pthread_sigmask(SIG_SETMASK, &before, &after);
    CHECK(::sigismember(&after, SIGXFSZ) == blocked);
    ::sigpending(&after);
    CHECK(::sigismember(&after, SIGXFSZ) == 0);
  }
}

}  // namespace
}  // namespace sink_write_lines
