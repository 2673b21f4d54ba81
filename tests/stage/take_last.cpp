// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <limits>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "support.hpp"

namespace stage_take_last {
namespace {

static_assert((std::array{1, 2, 3} | leat::take_last(2) | leat::sum()) == 5);
static_assert((std::array{1, 2, 3, 4} | leat::filter([](int x) { return x != 3; }) | leat::take_last(2) | leat::sum()) == 6);

constexpr auto all = [](int) { return true; };

TEST_CASE("take_last equals its loop, of a known number of elements and of an unknown") {
  probe::with_random_input([](const std::vector<int>& v) {
    for (std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{5}, std::numeric_limits<std::size_t>::max()}) {
      std::vector<int> expected(v.end() - static_cast<std::ptrdiff_t>(std::min(n, v.size())), v.end());
      CHECK((v | leat::take_last(n) | leat::to_vector()) == expected);
      CHECK((v | leat::filter(all) | leat::take_last(n) | leat::to_vector()) == expected);
      CHECK((probe::unsized(v) | leat::take_last(n) | leat::to_vector()) == expected);
      CHECK(probe::pulled(v | leat::take_last(n)) == expected);
      CHECK(probe::pulled(v | leat::filter(all) | leat::take_last(n)) == expected);
    }
  });
}

TEST_CASE("take_last passes on no more than is wanted") {
  CHECK((leat::iota(0, 9) | leat::take_last(4) | leat::take(2) | leat::to_vector()) == std::vector{5, 6});
  CHECK((leat::iota(0, 9) | leat::take_last(4) | leat::take(0) | leat::count()) == 0);
  CHECK((leat::iota(0) | leat::take(9) | leat::take_last(2) | leat::to_vector()) == std::vector{7, 8});
  int asked = 0;
  CHECK((probe::counted(asked) | leat::take_last(0) | leat::count()) == 0);
  CHECK(asked == 0);
  CHECK((leat::iota(0, 9) | leat::take_last(4) | leat::take_last(2) | leat::to_vector()) == std::vector{7, 8});
}

TEST_CASE("take_last of elements that only move, that cannot be assigned, and of a buffer that is used again") {
  auto last = probe::pointers(5) | leat::filter([](auto&) { return true; }) | leat::take_last(2) | leat::to_vector();
  CHECK((last.size() == 2 && *last[0] == 3 && *last[1] == 4));
  const std::map<int, std::string> names{{1, "a"}, {2, "b"}, {3, "c"}};
  auto named = names | leat::filter([](auto&) { return true; }) | leat::take_last(2) |
               leat::map([](auto&& p) { return p.second; }) | leat::to_vector();
  CHECK(named == std::vector<std::string>{"b", "c"});
  std::istringstream words("a b c d");
  CHECK((std::views::istream<std::string>(words) | leat::take_last(2) | leat::to_vector()) ==
        std::vector<std::string>{"c", "d"});
  CHECK((std::vector<bool>{false, true, true} | leat::take_last(2) | leat::count()) == 2);
}

TEST_CASE("take_last copies what it passes on, and nothing else where the number is known") {
  auto items = probe::tracked_up_to(9);
  CHECK((items | leat::take_last(3) | leat::map(&probe::tracked::value) | leat::sum()) == 21);
  CHECK(probe::tracked::copies == 3);
  CHECK(items[8].value == 8);
  CHECK((std::move(items) | leat::take_last(3) | leat::to_vector()).size() == 3);
  CHECK(probe::tracked::copies == 3);
}

TEST_CASE("take_last knows how many there are, and refuses a negative number") {
  CHECK(probe::exactly(leat::take_last(2), 5) == 2);
  CHECK(probe::exactly(leat::take_last(9), 5) == 5);
  CHECK(probe::at_most(leat::take_last(9), 5) == 5);
  CHECK_THROWS_WITH_AS(leat::take_last(-1), "leat: take_last: the number of elements is negative", leat::usage_error);
}

}  // namespace
}  // namespace stage_take_last
