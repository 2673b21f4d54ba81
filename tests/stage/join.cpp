// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "support.hpp"

namespace stage_join {
namespace {

using texts = std::vector<std::string>;
TEST_CASE("join puts the separator between the texts of each element") {
  const std::vector<texts> rows{{}, {"a"}, {"a", "b"}, {"", "", ""}};
  CHECK((rows | leat::join(", ") | leat::to_vector()) == texts{"", "a", "a, b", ", , "});
  CHECK((rows | leat::join('-') | leat::to_vector()) == texts{"", "a", "a-b", "--"});
  CHECK((rows | leat::join("") | leat::to_vector()) == texts{"", "a", "ab", ""});
  CHECK(probe::pulled(rows | leat::join(", ")) == texts{"", "a", "a, b", ", , "});
  CHECK((std::vector<texts>{{"a", "b"}} | leat::join(", ") | leat::first()) == "a, b");
}

TEST_CASE("join of other ranges of text: views, literals, ranges that make their texts") {
  CHECK((std::vector<std::list<const char*>>{{"a", "b"}} | leat::join("+") | leat::first()) == "a+b");
  CHECK((std::vector<std::string_view>{"a b", "c"} |
         leat::map([](std::string_view s) { return std::vector<std::string_view>{s} | leat::split(); }) | leat::join("+") |
         leat::to_vector()) == texts{"a+b", "c"});
  CHECK((leat::iota(1, 3) | leat::map([](int n) {
           return leat::iota(0, n) | leat::map([](int x) { return std::string(20, static_cast<char>('0' + x)); });
         }) |
         leat::join(" ") | leat::to_vector()) ==
        texts{std::string(20, '0'), std::string(20, '0') + " " + std::string(20, '1')});
  CHECK((texts{"a", "b", "c"} | leat::slide(2) | leat::join("") | leat::to_vector()) == texts{"ab", "bc"});
}

TEST_CASE("join keeps the count and stops when told to") {
  int asked = 0;
  auto doubled = leat::map([](int x) { return texts(2, std::to_string(x)); });
  CHECK((probe::counted(asked) | doubled | leat::join(".") | leat::take(2) | leat::to_vector()) == texts{"0.0", "1.1"});
  CHECK(asked == 2);
  CHECK(probe::exactly(doubled | leat::join("."), 3) == 3);
}

}  // namespace
}  // namespace stage_join
