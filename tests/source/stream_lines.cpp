// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>
#include <streambuf>
#include <string>
#include <vector>

#include "../stage/support.hpp"

namespace source_stream_lines {
namespace {

using strings = std::vector<std::string>;

strings streamed_lines(const std::string& text) {
  std::istringstream in(text);
  return leat::lines(in) | leat::to_vector();
}

/// A buffer that yields `good` and then fails, or waits for nothing and counts how far it was read.
struct buffer : std::streambuf {
  std::string good;
  std::size_t at = 0;
  bool fails;

  buffer(std::string text, bool throws) : good(std::move(text)), fails(throws) {}
  int_type underflow() override {
    if (at == good.size() && fails) throw std::runtime_error("the disk is on fire");
    if (at == good.size()) return traits_type::eof();
    setg(&good[at], &good[at], &good[at] + 1);
    ++at;
    return traits_type::to_int_type(good[at - 1]);
  }
};

TEST_CASE("lines of a stream end at LF, CR LF or a lone CR, and the last may lack its end") {
  const std::pair<std::string, strings> table[] = {
      {"", {}},
      {"a", {"a"}},
      {"a\n", {"a"}},
      {"a\nb", {"a", "b"}},
      {"a\r\nb\r\n", {"a", "b"}},
      {"a\rb\r", {"a", "b"}},
      {"\n\r\n\r\r\n", {"", "", "", ""}},
      {"a\n\rb", {"a", "", "b"}},
      {std::string("a\0b\nc", 5), {std::string("a\0b", 3), "c"}},
      {"\xEF\xBB\xBF"
       "a\nb",
       {"a", "b"}},
      {"\xEF\xBB\xBF", {}},
      {"\xEF\xBB\xBF\n", {""}},
      {"\xEF\xBB", {"\xEF\xBB"}},
      {"a\n\xEF\xBB\xBF", {"a", "\xEF\xBB\xBF"}},
  };
  for (auto const& [text, expected] : table) {
    CAPTURE(text);
    CHECK(streamed_lines(text) == expected);
  }
}

TEST_CASE("a stream's lines are a text's lines") {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    std::string text;
    for (std::size_t n = random() % 30; n > 0; --n) text += "ab\n\r"[random() % 4];
    const strings expected =
        leat::text_lines(text) | leat::map([](std::string_view line) { return std::string(line); }) | leat::to_vector();
    CHECK(streamed_lines(text) == expected);
    std::istringstream in(text);
    CHECK(probe::pulled(leat::lines(in) | leat::filter([](auto const&) { return true; })) == expected);
  }
}

TEST_CASE("lines come once: a second pass goes on, in copies too") {
  std::istringstream in("a\r\nb\r\nc\r\nd\r\ne\r\nf");
  auto all = leat::lines(in);
  CHECK((all | leat::take(1) | leat::to_vector()) == strings{"a"});
  auto pipeline = all | leat::map([](const std::string& s) { return s + "!"; });
  CHECK((pipeline | leat::take(1) | leat::to_vector()) == strings{"b!"});
  CHECK(probe::pulled(pipeline | leat::take(1)) == strings{"c!"});
  CHECK((leat::core::stream_lines(all) | leat::take(1) | leat::to_vector()) == strings{"d"});
  CHECK((std::move(pipeline) | leat::to_vector()) == strings{"e!", "f!"});
  CHECK((all | leat::count()) == 0);
}

TEST_CASE("no more is read of a stream than its line needs") {
  buffer from("one\rtwo\nthree", false);
  std::istream in(&from);
  CHECK((leat::lines(in) | leat::first()) == "one");
  CHECK(from.at == 4);  // nothing need follow a CR
  int number = 0;
  std::istringstream mixed("12\nrest");
  mixed >> number >> std::ws;
  CHECK((leat::lines(mixed) | leat::to_vector()) == strings{"rest"});
}

TEST_CASE("lines move where the stream's range is owned") {
  std::istringstream in(std::string(1000, 'x') + "\ny");
  auto all = leat::lines(in) | leat::map([](std::string&& s) { return std::move(s); }) | leat::to_vector();
  CHECK(all.front().size() == 1000);
  CHECK(all.back() == "y");
}

TEST_CASE("a stream at its end has no lines, one that has failed throws") {
  std::istringstream read("x");
  std::string word;
  while (read >> word) {
  }
  CHECK((leat::lines(read) | leat::count()) == 0);

  std::ifstream missing("/no/such.txt");
  CHECK_THROWS_WITH_AS(leat::lines(missing) | leat::count(), "leat: the stream cannot be read: it had failed before",
                       leat::input_error);
  for (auto state : {std::ios_base::failbit, std::ios_base::badbit, std::ios_base::badbit | std::ios_base::eofbit}) {
    std::istringstream broken("a\nb");
    broken.setstate(state);
    CHECK_THROWS_AS(leat::lines(broken) | leat::count(), leat::input_error);
  }
  std::istream none(nullptr);
  CHECK_THROWS_AS(leat::lines(none) | leat::count(), leat::input_error);
}

TEST_CASE("a stream that fails in the middle: what was read comes first") {
  for (bool throwing : {false, true}) {
    CAPTURE(throwing);
    buffer from("a\nb\nc", true);
    std::istream in(&from);
    if (throwing) in.exceptions(std::ios_base::badbit | std::ios_base::failbit | std::ios_base::eofbit);
    strings seen;
    CHECK_THROWS_WITH_AS(leat::lines(in) | leat::for_each([&](const std::string& s) { seen.push_back(s); }),
                         "leat: the stream cannot be read: the disk is on fire", leat::input_error);
    CHECK(seen == strings{"a", "b"});
    CHECK(in.bad());
    CHECK_THROWS_AS(leat::lines(in) | leat::count(), leat::input_error);
  }
  std::ifstream folder("/tmp");  // opens, and cannot be read
  CHECK_THROWS_AS(leat::lines(folder) | leat::count(), leat::input_error);
}

TEST_CASE("the end is no failure, also to a stream that throws at its end") {
  std::istringstream in("a\nb");
  in.exceptions(std::ios_base::badbit | std::ios_base::failbit | std::ios_base::eofbit);
  CHECK((leat::lines(in) | leat::to_vector()) == strings{"a", "b"});
  CHECK(in.eof());
  CHECK((leat::lines(in) | leat::count()) == 0);
}

TEST_CASE("a stream that another is tied to shows what was written there first") {
  struct counting : std::stringbuf {
    int flushed = 0;
    int sync() override { return ++flushed, 0; }
  } sink;
  std::ostream out(&sink);
  std::istringstream in("a\nb");
  in.tie(&out);
  out << "name? ";
  CHECK((leat::lines(in) | leat::first()) == "a");
  CHECK(sink.flushed == 1);
}

}  // namespace
}  // namespace source_stream_lines
