// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

#include "support.hpp"

namespace stage_drop {
namespace {

static_assert((std::array{1, 2, 3} | leat::drop(1) | leat::sum()) == 5);
static_assert((leat::iota(0, 4) | leat::drop(9) | leat::count()) == 0);

TEST_CASE("drop equals its loop") {
  probe::with_random_input([](const std::vector<int>& v) {
    for (std::size_t n : {0u, 1u, 5u, 100u}) {
      std::vector<int> expected;
      for (std::size_t i = n; i < v.size(); ++i) expected.push_back(v[i]);
      CHECK((v | leat::drop(n) | leat::to_vector()) == expected);
      CHECK((probe::unsized(v) | leat::drop(n) | leat::to_vector()) == expected);
      CHECK(probe::pulled(v | leat::drop(n)) == expected);
      CHECK(probe::pulled(probe::unsized(v) | leat::drop(n)) == expected);
    }
  });
}

TEST_CASE("drop passes on the elements themselves and stops when told to") {
  std::vector<std::string> words{"a", "b", "c"};
  words | leat::drop(2) | leat::for_each([](std::string& s) { s += "!"; });
  CHECK(words == std::vector<std::string>{"a", "b", "c!"});
  for (auto& s : words | leat::drop(1)) s += "?";
  CHECK(words == std::vector<std::string>{"a", "b?", "c!?"});
  CHECK((std::move(words) | leat::drop(1) | leat::map([](std::string&& s) { return std::move(s); }) | leat::count()) == 2);
  int asked = 0;
  CHECK((probe::counted(asked) | leat::drop(3) | leat::take(2) | leat::to_vector()) == std::vector{3, 4});
  CHECK(asked == 5);
  CHECK(*(probe::pointers(3) | leat::drop(2) | leat::to_vector()).front() == 2);
  auto all = probe::tracked_up_to(4);
  CHECK((std::move(all) | leat::drop(1) | leat::to_vector()).size() == 3);
  CHECK(probe::tracked::copies == 0);
}

TEST_CASE("drop sees the range as it is when it runs, and an owned one in each pass") {
  std::vector<int> v{1, 2};
  auto rest = v | leat::drop(1);
  v.push_back(3);
  CHECK((rest | leat::to_vector()) == std::vector{2, 3});
  auto owned = std::vector<std::string>{"a", "b"} | leat::drop(1);
  CHECK(probe::pulled(owned) == std::vector<std::string>{"b"});
  CHECK(probe::pulled(std::as_const(owned)) == std::vector<std::string>{"b"});
  CHECK((std::move(owned) | leat::to_vector()) == std::vector<std::string>{"b"});
  CHECK((v | leat::drop(1) | leat::drop(1) | leat::stride(2) | leat::to_vector()) == std::vector{3});
}

TEST_CASE("drop knows how many are left") {
  CHECK(probe::exactly(leat::drop(2), 5) == 3);
  CHECK(probe::exactly(leat::drop(9), 5) == 0);
  CHECK(probe::at_most(leat::drop(2), 5) == 3);
}

TEST_CASE("a negative drop is refused") {
  CHECK_THROWS_WITH_AS(leat::drop(-1), "leat: drop: the number of elements is negative", leat::usage_error);
}

}  // namespace
}  // namespace stage_drop
