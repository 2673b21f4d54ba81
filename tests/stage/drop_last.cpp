// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "support.hpp"

namespace stage_drop_last {
namespace {

constexpr auto all = [](auto&&) { return true; };
static_assert((std::array{1, 2, 3} | leat::drop_last(1) | leat::sum()) == 3);
static_assert((std::array{1, 2, 3} | leat::filter(all) | leat::drop_last(1) | leat::sum()) == 3);

TEST_CASE("drop_last equals its loop, of a known number of elements and of an unknown") {
  probe::with_random_input([](const std::vector<int>& v) {
    for (std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{5}, std::numeric_limits<std::size_t>::max()}) {
      std::vector<int> expected(v.begin(), v.end() - static_cast<std::ptrdiff_t>(std::min(n, v.size())));
      CHECK((v | leat::drop_last(n) | leat::to_vector()) == expected);
      CHECK((v | leat::filter(all) | leat::drop_last(n) | leat::to_vector()) == expected);
      CHECK((probe::unsized(v) | leat::drop_last(n) | leat::to_vector()) == expected);
      CHECK(probe::pulled(v | leat::drop_last(n)) == expected);
      CHECK(probe::pulled(v | leat::filter(all) | leat::drop_last(n)) == expected);
    }
  });
}

TEST_CASE("drop_last passes an element on when the nth behind it has come") {
  int asked = 0;
  CHECK((probe::counted(asked) | leat::drop_last(3) | leat::take(2) | leat::to_vector()) == std::vector{0, 1});
  CHECK(asked == 5);
  asked = 0;
  CHECK((probe::counted(asked) | leat::drop_last(0) | leat::take(2) | leat::to_vector()) == std::vector{0, 1});
  CHECK(asked == 2);
  CHECK((leat::iota(0, 9) | leat::filter(all) | leat::drop_last(2) | leat::drop_last(3) | leat::to_vector()) ==
        std::vector{0, 1, 2, 3});
}

TEST_CASE("drop_last of elements that only move, and that cannot be assigned") {
  auto first = probe::pointers(3) | leat::filter(all) | leat::drop_last(1) | leat::to_vector();
  CHECK((first.size() == 2 && *first[0] == 0 && *first[1] == 1));
  CHECK((probe::pointers(3) | leat::drop_last(1) | leat::to_vector()).size() == 2);
  const std::map<int, std::string> names{{1, "a"}, {2, "b"}, {3, "c"}};
  CHECK((names | leat::filter(all) | leat::drop_last(1) | leat::values() | leat::to_vector()) ==
        std::vector<std::string>{"a", "b"});
  auto items = probe::tracked_up_to(4);
  CHECK((items | leat::filter(all) | leat::drop_last(1) | leat::to_vector()).size() == 3);
  CHECK(probe::tracked::copies == 4);
}

TEST_CASE("drop_last knows how many are left, and refuses a negative number") {
  CHECK(probe::exactly(leat::drop_last(2), 5) == 3);
  CHECK(probe::exactly(leat::drop_last(9), 5) == 0);
  CHECK(probe::at_most(leat::drop_last(2), 5) == 3);
  CHECK_THROWS_WITH_AS(leat::drop_last(-1), "leat: drop_last: the number of elements is negative", leat::usage_error);
}

}  // namespace
}  // namespace stage_drop_last
