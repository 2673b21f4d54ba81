// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <random>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

#include "../stage/support.hpp"

namespace source_text_lines {
namespace {

using strings = std::vector<std::string>;

static_assert((leat::text_lines("a\nbc\r\nd\r") | leat::map(&std::string_view::size) | leat::sum()) == 4);
static_assert((leat::text_lines("\xEF\xBB\xBF") | leat::count()) == 0);
static_assert(std::ranges::view<leat::core::text_lines_range>);
static_assert(std::ranges::borrowed_range<leat::core::text_lines_range>);
static_assert(std::ranges::forward_range<leat::core::text_lines_range>);
static_assert(std::same_as<std::ranges::range_value_t<leat::core::text_lines_range>, std::string_view>);

constexpr auto as_string = [](std::string_view s) { return std::string(s); };

strings lines_of(std::string_view text) { return leat::text_lines(text) | leat::map(as_string) | leat::to_vector(); }

/// The rule, byte by byte.
strings owned_lines(const std::string& text) {
  strings all;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t begin = i;
    while (i < text.size() && text[i] != '\n' && text[i] != '\r') ++i;
    all.push_back(text.substr(begin, i - begin));
    if (i + 1 < text.size() && text[i] == '\r' && text[i + 1] == '\n') ++i;
    ++i;
  }
  return all;
}

TEST_CASE("lines end at LF, CR LF or a lone CR, and the last may lack its end") {
  const std::pair<std::string_view, strings> table[] = {
      {"", {}},
      {"a", {"a"}},
      {"a\n", {"a"}},
      {"a\nb", {"a", "b"}},
      {"a\r\nb\r\n", {"a", "b"}},
      {"a\rb\r", {"a", "b"}},
      {"\n\r\n\r\r\n", {"", "", "", ""}},
      {"a\n\rb", {"a", "", "b"}},
      {"\r", {""}},
      {std::string_view("a\0b\nc", 5), {std::string("a\0b", 3), "c"}},
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
    CHECK(lines_of(text) == expected);
  }
}

TEST_CASE("text_lines equals its loop, pushed and pulled, in each pass") {
  for (unsigned seed = 1; seed <= 500; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    std::string text;
    for (std::size_t n = random() % 30; n > 0; --n) text += "ab\n\r"[random() % 4];
    const strings expected = owned_lines(text);
    const auto all = leat::text_lines(text);
    for (int pass = 0; pass < 2; ++pass) {
      CHECK((all | leat::map(as_string) | leat::to_vector()) == expected);
      std::size_t i = 0;
      for (std::string_view line : all | leat::filter([](std::string_view) { return true; })) CHECK(line == expected.at(i++));
      CHECK(i == expected.size());
    }
    CHECK(static_cast<std::size_t>(std::ranges::distance(all)) == expected.size());
  }
}

TEST_CASE("the lines lie in the text, whatever text it is") {
  const std::string text = "one\ntwo";
  const auto first = leat::text_lines(text) | leat::first();
  CHECK(first.data() == text.data());
  const char* const c = text.c_str();
  CHECK((leat::text_lines(c) | leat::count()) == 2);
  CHECK((leat::text_lines(std::string_view(text)) | leat::count()) == 2);
  CHECK((leat::core::text_lines_range() | leat::count()) == 0);
  const strings texts{"a\nb", "c"};
  auto all = texts | leat::flat_map([](const std::string& s) { return leat::text_lines(s); });
  CHECK((all | leat::map(as_string) | leat::to_vector()) == strings{"a", "b", "c"});
  CHECK(probe::pulled(all) == std::vector<std::string_view>{"a", "b", "c"});
  CHECK((leat::text_lines("a\nb\nc") | leat::take(2) | leat::to_text()) == "ab");
}

TEST_CASE("iterators of a text's lines can be kept") {
  const auto all = leat::text_lines("a\n\nb");
  auto i = all.begin(), j = i;
  CHECK(i == j);
  CHECK(*i++ == "a");
  CHECK(*i == "");
  CHECK(*j == "a");
  CHECK(i != j);
  CHECK(*++i == "b");
  CHECK(++i == all.end());
}

TEST_CASE("a long text of lines that end in CR is searched once") {
  std::string text;
  for (int i = 0; i < 300'000; ++i) text += "x\r";
  CHECK((leat::text_lines(text) | leat::count()) == 300'000);  // quadratic, it would take minutes
}

}  // namespace
}  // namespace source_text_lines
