// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

#include "support.hpp"

namespace stage_intersperse {
namespace {

static_assert((std::array{1, 2, 3} | leat::intersperse(10) | leat::sum()) == 26);
static_assert((leat::iota(0, 3) | leat::intersperse(10) | leat::count()) == 5);

TEST_CASE("intersperse equals its loop") {
  probe::with_random_input([](const std::vector<int>& v) {
    std::vector<int> expected;
    for (int x : v) {
      if (!expected.empty()) expected.push_back(99);
      expected.push_back(x);
    }
    CHECK((v | leat::intersperse(99) | leat::to_vector()) == expected);
    CHECK((probe::unsized(v) | leat::intersperse(99) | leat::to_vector()) == expected);
    CHECK(probe::pulled(v | leat::intersperse(99)) == expected);
    CHECK(probe::pulled(probe::unsized(v) | leat::intersperse(99)) == expected);
  });
}

TEST_CASE("intersperse of text: lvalues are passed as they are, and rvalues moved") {
  std::vector<std::string> words{"a", "b"};
  CHECK((words | leat::intersperse(", ") | leat::to_vector()) == std::vector<std::string>{"a", ", ", "b"});
  std::vector<const std::string*> seen;
  words | leat::intersperse(", ") | leat::for_each([&](const std::string& s) { seen.push_back(&s); });
  CHECK((seen[0] == &words[0] && seen[2] == &words[1]));
  CHECK(probe::pulled(words | leat::intersperse(", ")) == std::vector<std::string>{"a", ", ", "b"});
  CHECK((std::move(words) | leat::intersperse(", ") | leat::map([](std::string&& s) { return std::move(s); }) |
         leat::to_vector()) == std::vector<std::string>{"a", ", ", "b"});
}

TEST_CASE("intersperse copies its separator alone") {
  auto items = probe::tracked_up_to(3);
  CHECK((items | leat::intersperse(probe::tracked(9)) | leat::count()) == 5);
  CHECK(probe::tracked::copies == 0);
  CHECK((std::move(items) | leat::intersperse(probe::tracked(9)) | leat::to_vector()).size() == 5);
  CHECK(probe::tracked::copies == 2);
}

TEST_CASE("intersperse stops when told to, and knows how many there are") {
  int asked = 0;
  CHECK((probe::counted(asked) | leat::intersperse(9) | leat::take(2) | leat::to_vector()) == std::vector{0, 9});
  CHECK(asked == 2);
  CHECK((leat::iota(0, 5) | leat::intersperse(9) | leat::take(3) | leat::to_vector()) == std::vector{0, 9, 1});
  CHECK(probe::exactly(leat::intersperse(9), 0) == 0);
  CHECK(probe::exactly(leat::intersperse(9), 3) == 5);
  CHECK(probe::at_most(leat::intersperse(9), 3) == 5);
}

}  // namespace
}  // namespace stage_intersperse
