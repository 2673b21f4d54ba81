// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

#include "support.hpp"

namespace stage_drop_while {
namespace {

constexpr auto small = [](int x) { return x < 3; };
static_assert((std::array{1, 2, 3, 1} | leat::drop_while(small) | leat::sum()) == 4);

TEST_CASE("drop_while equals its loop") {
  probe::with_random_input([](const std::vector<int>& v) {
    std::vector<int> expected;
    for (int x : v)
      if (!expected.empty() || !small(x)) expected.push_back(x);
    CHECK((v | leat::drop_while(small) | leat::to_vector()) == expected);
    CHECK(probe::pulled(v | leat::drop_while(small)) == expected);
  });
}

TEST_CASE("drop_while asks its function no more once it has said false") {
  int calls = 0, asked = 0;
  auto few = [&](const int& x) {
    ++calls;
    return x < 2;
  };
  CHECK((probe::counted(asked) | leat::drop_while(few) | leat::take(3) | leat::to_vector()) == std::vector{2, 3, 4});
  CHECK(calls == 3);
  CHECK(asked == 5);
}

TEST_CASE("drop_while passes on the element itself") {
  std::vector<std::string> words{"", "a", ""};
  words | leat::drop_while(&std::string::empty) | leat::for_each([](std::string& s) { s += "!"; });
  CHECK(words == std::vector<std::string>{"", "a!", "!"});
  CHECK(*(probe::pointers(3) | leat::drop_while([](auto const& p) { return *p < 1; }) | leat::to_vector()).front() == 1);
  CHECK(probe::at_most(leat::drop_while(small), 5) == 5);
}

}  // namespace
}  // namespace stage_drop_while
