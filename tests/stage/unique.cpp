// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "support.hpp"

namespace stage_unique {
namespace {

constexpr auto near = [](int a, int b) { return b - a < 2 && a - b < 2; };
static_assert((std::array{1, 1, 2, 2, 1} | leat::unique() | leat::sum()) == 4);
static_assert((std::array{1, -1, 2} | leat::unique([](int x) { return x * x; }) | leat::sum()) == 3);
static_assert((std::array{1, 2, 3, 4} | leat::unique(near) | leat::sum()) == 4);

TEST_CASE("unique equals its loop: by ==, by a projection, by a comparison") {
  probe::with_random_input([](const std::vector<int>& v) {
    auto reference = [&](auto same) {
      std::vector<int> expected;
      for (int x : v)
        if (expected.empty() || !same(expected.back(), x)) expected.push_back(x);
      return expected;
    };
    CHECK((v | leat::unique() | leat::to_vector()) == reference([](int a, int b) { return a == b; }));
    CHECK((v | leat::unique([](int x) { return x / 5; }) | leat::to_vector()) ==
          reference([](int a, int b) { return a / 5 == b / 5; }));
    CHECK((v | leat::unique(near) | leat::to_vector()) == reference(near));
    CHECK(probe::pulled(v | leat::unique()) == reference([](int a, int b) { return a == b; }));
  });
}

TEST_CASE("unique keeps the value, not the place where it was") {
  std::string buffer;
  auto word = [&](int x) -> std::string& { return buffer = std::string(30, static_cast<char>('a' + x / 2)); };
  CHECK((leat::iota(0, 6) | leat::map(word) | leat::unique() | leat::count()) == 3);
  auto key = [](const std::string& s) { return std::string_view(s).substr(1); };
  CHECK((leat::iota(0, 6) | leat::map(word) | leat::unique(key) | leat::count()) == 3);
  CHECK(probe::pulled(leat::iota(0, 6) | leat::map(word) | leat::unique()).size() == 3);
}

TEST_CASE("unique passes on the elements themselves, and those that only move by a projection") {
  std::vector<std::string> words{"a", "a", "b"};
  words | leat::unique() | leat::for_each([](std::string& s) { s += "!"; });
  CHECK(words == std::vector<std::string>{"a!", "a", "b!"});
  CHECK((words | leat::unique(&std::string::size) | leat::count()) == 3);
  auto half = [](const std::unique_ptr<int>& p) { return *p / 2; };
  auto kept = probe::pointers(5) | leat::unique(half) | leat::to_vector();
  CHECK((kept.size() == 3 && *kept[1] == 2));
  auto items = probe::tracked_up_to(4);
  CHECK((items | leat::unique([](const auto& x) { return x.value / 2; }) | leat::count()) == 2);
  CHECK(probe::tracked::copies == 0);
}

TEST_CASE("unique stops when told to") {
  int asked = 0;
  CHECK((probe::counted(asked) | leat::unique([](int x) { return x / 3; }) | leat::take(2) | leat::to_vector()) ==
        std::vector{0, 3});
  CHECK(asked == 4);
  CHECK(probe::at_most(leat::unique(), 5) == 5);
}

}  // namespace
}  // namespace stage_unique
