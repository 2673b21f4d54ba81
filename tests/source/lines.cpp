// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>
#include <leat/source/files.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "../volume.hpp"

namespace source_lines {
namespace {

/// A file with the given bytes, removed at the end.
struct temporary {
  std::string path = "/tmp/leat-lines-" + std::to_string(::getpid());
  explicit temporary(const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }
  ~temporary() { ::unlink(path.c_str()); }
};

using strings = std::vector<std::string>;

strings lines_of(const std::string& bytes) {
  temporary file(bytes);
  return leat::lines(file.path) | leat::to_vector();
}

/// The rule, byte by byte: where each line begins, and what it holds.
std::vector<std::pair<std::uint64_t, std::string>> reference(const std::string& bytes) {
  std::vector<std::pair<std::uint64_t, std::string>> all;
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t begin = i;
    while (i < bytes.size() && bytes[i] != '\n' && bytes[i] != '\r') ++i;
    all.emplace_back(begin, bytes.substr(begin, i - begin));
    if (i < bytes.size() && bytes[i] == '\r' && i + 1 < bytes.size() && bytes[i + 1] == '\n') ++i;
    ++i;
  }
  return all;
}

TEST_CASE("behaviour 44: lines end at LF, CR LF or a lone CR, and the last may lack its end") {
  CHECK(lines_of("") == strings{});
  CHECK(lines_of("a") == strings{"a"});
  CHECK(lines_of("a\n") == strings{"a"});
  CHECK(lines_of("a\nb") == strings{"a", "b"});
  CHECK(lines_of("a\r\nb\r\n") == strings{"a", "b"});
  CHECK(lines_of("a\rb\r") == strings{"a", "b"});
  CHECK(lines_of("\n\r\n\r\r\n") == strings{"", "", "", ""});
  CHECK(lines_of("a\n\rb") == strings{"a", "", "b"});
  CHECK(lines_of(std::string("a\0b\nc", 5)) == strings{std::string("a\0b", 3), "c"});
}

TEST_CASE("behaviour 44: a byte order mark is dropped at the start, and only there") {
  CHECK(lines_of("\xEF\xBB\xBF"
                 "a\nb") == strings{"a", "b"});
  CHECK(lines_of("\xEF\xBB\xBF") == strings{});
  CHECK(lines_of("\xEF\xBB\xBF\n") == strings{""});
  CHECK(lines_of("\xEF\xBB") == strings{"\xEF\xBB"});
  CHECK(lines_of("a\n\xEF\xBB\xBF"
                 "b") == strings{"a",
                                 "\xEF\xBB\xBF"
                                 "b"});
}

TEST_CASE("behaviour 44: a line of 100 MB") {
  std::string bytes(100'000'000, 'x');
  bytes += "\r\nshort";
  temporary file(bytes);
  auto all = leat::lines(file.path) | leat::map(&std::string::size) | leat::to_vector();
  CHECK(all == std::vector<std::size_t>{100'000'000, 5});
}

TEST_CASE("behaviour 44: byte ranges yield each line exactly once") {
  for (unsigned seed = 1; seed <= test::volume(300u); ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    std::string bytes;
    if (random() % 4 == 0) bytes = "\xEF\xBB\xBF";
    const std::size_t mark = bytes.size();
    for (std::size_t n = random() % 40; n > 0; --n) bytes += "ab\n\r"[random() % 4];
    auto expected = reference(bytes);
    if (mark != 0) expected.front().second.erase(0, 3);
    if (mark != 0 && bytes.size() == mark) expected.clear();
    temporary file(bytes);
    for (std::uint64_t begin = 0; begin <= bytes.size() + 1; ++begin)
      for (std::uint64_t end = begin; end <= bytes.size() + 1; ++end) {
        strings owned, read;
        for (auto const& [at, text] : expected)
          if (begin <= at && at < end) owned.push_back(text);
        leat::core::line_reader reader(file.path, begin, end);
        for (std::string line; reader.next(line);) read.push_back(line);
        if (read != owned)
          FAIL_CHECK("bytes " << begin << " to " << end << ": " << read.size() << " lines, not " << owned.size());
      }
  }
}

TEST_CASE("behaviour 44: ends that fall between two blocks") {
  constexpr std::size_t block = 256 * 1024;
  for (std::size_t before = block - 3; before <= block + 1; ++before)
    for (const std::string end : {"\n", "\r\n", "\r"}) {
      std::string bytes = std::string(before, 'a') + end + "b" + end + std::string(block, 'c');
      CHECK(lines_of(bytes) == strings{std::string(before, 'a'), "b", std::string(block, 'c')});
    }
}

TEST_CASE("behaviour 44: many small files, and a missing one") {
  const std::filesystem::path folder = "/tmp/leat-many-" + std::to_string(::getpid());
  std::filesystem::create_directories(folder);
  for (int i = 0; i < 200; ++i) std::ofstream(folder / std::to_string(i)) << i << "\n" << -i;
  auto numbers = leat::files(folder) | leat::flat_map([](const leat::file& f) { return leat::lines(f.path); }) |
                 leat::map([](const std::string& s) { return std::stoi(s); });
  CHECK((numbers | leat::count()) == 400);
  CHECK((numbers | leat::sum()) == 0);
  std::filesystem::remove_all(folder);
  CHECK_THROWS_WITH_AS(leat::lines("/no/such.txt"), "leat: cannot open /no/such.txt: No such file or directory",
                       leat::input_error);
  CHECK_THROWS_WITH_AS(leat::lines("/tmp"), "leat: cannot read /tmp: Is a directory", leat::input_error);
  CHECK_THROWS_AS(leat::lines(""), leat::input_error);
  CHECK_THROWS_AS(leat::lines(9999), leat::input_error);
}

TEST_CASE("each pass over a path starts anew, a descriptor goes on") {
  temporary file("a\nb\nc\nd\n");
  auto all = leat::lines(file.path);
  CHECK((all | leat::first()) == "a");
  CHECK((all | leat::count()) == 4);
  auto upper = leat::lines(file.path) | leat::map([](std::string s) { return s + "!"; });
  CHECK((upper | leat::take(1) | leat::to_vector()) == strings{"a!"});
  CHECK((upper | leat::to_vector()) == strings{"a!", "b!", "c!", "d!"});
  strings pulled;
  for (auto& line : upper) pulled.push_back(line);
  CHECK(pulled.size() == 4);

  const int fd = ::open(file.path.c_str(), O_RDONLY | O_CLOEXEC);
  auto once = leat::lines(fd);
  CHECK((once | leat::take(2) | leat::to_vector()) == strings{"a", "b"});
  CHECK((once | leat::to_vector()) == strings{"c", "d"});
  CHECK((once | leat::count()) == 0);
  ::close(fd);
}

TEST_CASE("a line from a pipe comes out as soon as its end is there") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  leat::core::line_reader reader(ends[0]);
  CHECK(reader.waits_for() == ends[0]);
  auto put = [&](const std::string& text) {
    REQUIRE(::write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  };
  std::string line;
  put("par");
  CHECK(reader.waits_for() == ends[0]);
  put("tial\r");
  CHECK(reader.waits_for() == -1);  // nothing need follow a CR
  CHECK(reader.next(line));
  CHECK(line == "partial");
  put("\nnext\n\nrest");
  CHECK(reader.waits_for() == -1);
  CHECK(reader.next(line));
  CHECK(line == "next");
  CHECK(reader.waits_for() == -1);
  CHECK(reader.next(line));
  CHECK(line.empty());
  CHECK(reader.waits_for() == ends[0]);
  ::close(ends[1]);
  CHECK(reader.waits_for() == -1);
  CHECK(reader.next(line));
  CHECK(line == "rest");
  CHECK(reader.waits_for() == -1);
  CHECK(!reader.next(line));
  ::close(ends[0]);
}

TEST_CASE("a slow writer, and a descriptor that someone made non-blocking") {
  for (int flags : {0, O_NONBLOCK}) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    ::fcntl(ends[0], F_SETFL, flags);
    std::thread writer([&] {
      for (char c : std::string("one\r\ntwo\nthree")) {
        std::this_thread::yield();
        if (::write(ends[1], &c, 1) != 1) break;
      }
      ::close(ends[1]);
    });
    CHECK((leat::lines(ends[0]) | leat::to_vector()) == strings{"one", "two", "three"});
    writer.join();
    ::close(ends[0]);
  }
}

TEST_CASE("lines move where they are owned") {
  temporary file(std::string(1000, 'x') + "\n");
  auto all = leat::lines(file.path) | leat::map([](std::string&& s) { return std::move(s); }) | leat::to_vector();
  CHECK(all.front().size() == 1000);
}

}  // namespace
}  // namespace source_lines
