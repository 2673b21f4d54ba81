// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "support.hpp"

namespace stage_split {
namespace {

using texts = std::vector<std::string>;
using namespace std::string_literals;

static_assert((std::array{std::string_view("a,b,,c")} | leat::split(',') | leat::count()) == 4);
static_assert((std::array{std::string_view(" a  b ")} | leat::split() | leat::count()) == 2);

TEST_CASE("split is Python's str.split") {
  const std::vector<std::tuple<std::string, std::string, texts>> cases{
      {"", ",", {""}},
      {",", ",", {"", ""}},
      {"a,b,,c", ",", {"a", "b", "", "c"}},
      {"a--b-c--", "--", {"a", "b-c", ""}},
      {"aaa", "aa", {"", "a"}},
      {"abc", "abcd", {"abc"}},
  };
  for (auto const& [text, separator, expected] : cases) {
    CAPTURE(text);
    CHECK((std::vector{text} | leat::split(separator) | leat::to_vector()) == expected);
    if (separator.size() == 1) CHECK((std::vector{text} | leat::split(separator[0]) | leat::to_vector()) == expected);
  }
  const std::vector<std::pair<std::string, texts>> spaced{
      {"", {}},
      {" \t\n", {}},
      {"a", {"a"}},
      {"  a \r\n b\v\fc ", {"a", "b", "c"}},
      {"a\x1c\x1d\x1e\x1f"s + "b", {"a", "b"}},
      {"a\u00a0b\u0085c\u1680d\u2000e\u200af\u2028g\u2029h\u202fi\u205fj\u3000k",
       {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"}},
      {"a\u200bb \u00e9\u20ac\u3001 \xe2\x80", {"a\u200bb", "\u00e9\u20ac\u3001", "\xe2\x80"}},
      {"\0 a"s, {"\0"s, "a"}},
  };
  for (auto const& [text, expected] : spaced) {
    CAPTURE(text);
    CHECK((std::vector{text} | leat::split() | leat::to_vector()) == expected);
  }
}

TEST_CASE("split equals its loop") {
  probe::with_random_input([](const std::vector<int>& v) {
    std::string text;
    for (int x : v) text += x < 0 ? ' ' : static_cast<char>('a' + x);
    texts pieces(1), words;
    for (char c : text)
      if (c == ' ')
        pieces.emplace_back();
      else
        pieces.back() += c;
    for (auto const& s : pieces)
      if (!s.empty()) words.push_back(s);
    CHECK((std::vector{text} | leat::split(' ') | leat::to_vector()) == pieces);
    CHECK((std::vector{text} | leat::split(" ") | leat::to_vector()) == pieces);
    CHECK((std::vector{text} | leat::split() | leat::to_vector()) == words);
    CHECK(probe::pulled(std::vector{text} | leat::split()) == words);
  });
}

TEST_CASE("pieces of a view are views of its text, of any other text they are strings") {
  const std::string text = "a b";
  auto views = std::vector<std::string_view>{text} | leat::split() | leat::to_vector();
  static_assert(std::same_as<decltype(views), std::vector<std::string_view>>);
  CHECK(views[1].data() == text.data() + 2);
  auto strings = std::vector<const char*>{"a b", "c"} | leat::split(' ') | leat::to_vector();
  static_assert(std::same_as<decltype(strings), texts>);
  CHECK(strings == texts{"a", "b", "c"});
  std::string buffer;
  auto reused = leat::iota(0, 3) | leat::map([&](int x) -> std::string& { return buffer = std::to_string(x) + " x"; });
  CHECK(probe::pulled(reused | leat::split()) == texts{"0", "x", "1", "x", "2", "x"});
}

TEST_CASE("split stops within a text, and refuses an empty separator") {
  int asked = 0;
  auto text = leat::map([](int x) { return std::to_string(x) + ",,"; });
  CHECK((probe::counted(asked) | text | leat::split(',') | leat::take(4) | leat::to_vector()) == texts{"0", "", "", "1"});
  CHECK(asked == 2);
  CHECK_THROWS_WITH_AS(leat::split(""), "leat: split: the separator is empty", leat::usage_error);
}

}  // namespace
}  // namespace stage_split
