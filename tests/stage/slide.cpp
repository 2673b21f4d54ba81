// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "support.hpp"

namespace stage_slide {
namespace {

using windows = std::vector<std::vector<int>>;
constexpr auto total = [](auto const& w) {
  int sum = 0;
  for (int x : w) sum += x;
  return sum;
};
constexpr auto values = [](auto const& w) { return std::vector(w.begin(), w.end()); };
static_assert((std::array{1, 2, 3, 4} | leat::slide(2) | leat::map(total) | leat::max()) == 7);
static_assert((leat::iota(0, 200) | leat::slide(3) | leat::map(total) | leat::max()) == 197 + 198 + 199);
static_assert((leat::iota(0, 9) | leat::slide(3) | leat::to_vector())[4][2] == 6);

TEST_CASE("slide equals its loop") {
  probe::with_random_input([](const std::vector<int>& v) {
    for (std::size_t n : {std::size_t{1}, std::size_t{2}, std::size_t{9}, std::numeric_limits<std::size_t>::max()})
      for (std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{11}, std::numeric_limits<std::size_t>::max()}) {
        windows expected;
        for (std::size_t i = 0; n <= v.size() && i <= v.size() - n; i += step) {
          const auto from = v.begin() + static_cast<std::ptrdiff_t>(i);
          expected.emplace_back(from, from + static_cast<std::ptrdiff_t>(n));
          if (step > v.size()) break;
        }
        CHECK((v | leat::slide(n, step) | leat::map(values) | leat::to_vector()) == expected);
        CHECK((probe::unsized(v) | leat::slide(n, step) | leat::map(values) | leat::to_vector()) == expected);
        CHECK((v | leat::slide(n, step) | leat::to_vector() | leat::map(values) | leat::to_vector()) == expected);
        CHECK(probe::pulled(probe::pulled(v | leat::slide(n, step)) | leat::map(values)) == expected);
        CHECK(probe::pulled(probe::unsized(v) | leat::slide(n, step) | leat::map(values)) == expected);
        if (step == 1) CHECK((v | leat::slide(n) | leat::map(values) | leat::to_vector()) == expected);
      }
  });
}

TEST_CASE("slide over more than its buffer holds") {
  for (int n : {1, 2, 31, 100}) {
    int at = 0;
    leat::iota(0, 1000) | leat::filter([](int) { return true; }) | leat::slide(n) | leat::for_each([&](auto const& w) {
      CHECK((w.size() == static_cast<std::size_t>(n) && w.front() == at && w.back() == at + n - 1));
      ++at;
    });
    CHECK(at == 1001 - n);
  }
}

TEST_CASE("slide passes a window on when its last element has come") {
  int asked = 0;
  CHECK((probe::counted(asked) | leat::slide(3) | leat::take(2) | leat::map(total) | leat::to_vector()) == std::vector{3, 6});
  CHECK(asked == 4);
  asked = 0;
  CHECK((probe::counted(asked) | leat::slide(2, 5) | leat::take(2) | leat::map(total) | leat::to_vector()) ==
        std::vector{1, 11});
  CHECK(asked == 7);
  asked = 0;
  auto sums = probe::counted(asked) | leat::slide(2) | leat::map(total);
  CHECK(*sums.begin() == 1);
  CHECK(asked == 2);
}

TEST_CASE("a window is a const contiguous range that borrows, and owns what it is copied or moved to") {
  static_assert(std::ranges::contiguous_range<leat::window<int>>);
  static_assert(std::ranges::sized_range<leat::window<int>>);
  std::string text = "abc";
  const leat::window<char> borrowed(text.data(), 3);
  auto copy = borrowed;
  auto moved = leat::window<char>(text.data(), 3);
  auto taken = std::move(moved);
  auto stolen = std::move(copy);
  text = "xyz";
  CHECK((borrowed[0] == 'x' && borrowed.data() == text.data()));
  CHECK((stolen.front() == 'a' && stolen.back() == 'c' && stolen == taken));
  taken = leat::window<char>(text.data(), 2);
  CHECK((taken.size() == 2 && taken[1] == 'y' && !(taken == stolen)));
  taken = stolen;
  CHECK(taken == stolen);
  CHECK(leat::window<char>().empty());
  leat::window<char> nothing;
  nothing = leat::window<char>(nothing);
  CHECK(nothing == leat::window<char>());
}

TEST_CASE("slide of bool, of elements that cannot be assigned or only move, and of a buffer that is used again") {
  auto bools = std::vector<bool>{true, false, true} | leat::slide(2) | leat::to_vector();
  CHECK((bools.size() == 2 && bools[0][0] && !bools[0][1] && !bools[1][0] && bools[1][1]));
  std::map<int, std::string> names;
  for (int i = 0; i < 300; ++i) names.emplace(i, std::string(30, static_cast<char>('a' + i % 20)));
  auto second = names | leat::slide(3) | leat::map([](auto const& w) { return w[1].first; }) | leat::to_vector();
  CHECK((second.size() == 298 && second[0] == 1 && second[297] == 298));
  auto sum = [](auto const& w) { return *w[0] + *w[1]; };
  CHECK((probe::pointers(200) | leat::slide(2) | leat::map(sum) | leat::max()) == 397);
  CHECK((probe::pointers(200) | leat::filter([](auto&) { return true; }) | leat::slide(2) | leat::map(sum) | leat::max()) ==
        397);
  std::string buffer;
  auto words = leat::iota(0, 3) | leat::map([&](int x) -> std::string& { return buffer = std::to_string(x); });
  CHECK((words | leat::slide(2) | leat::join("") | leat::to_vector()) == std::vector<std::string>{"01", "12"});
  auto kept = probe::pulled(words | leat::slide(2));
  CHECK((kept[0][0] == "0" && kept[1][1] == "2"));
}

TEST_CASE("slide copies an element at most once, and none over memory") {
  auto items = probe::tracked_up_to(9);
  auto size = [](auto const& w) { return w.size(); };
  CHECK((items | leat::filter([](auto&) { return true; }) | leat::slide(3) | leat::map(size) | leat::sum()) == 21);
  CHECK(probe::tracked::copies == 9);
  CHECK((items | leat::slide(3) | leat::map(size) | leat::sum()) == 21);
  CHECK((std::move(items) | leat::slide(3) | leat::map(size) | leat::sum()) == 21);
  CHECK(probe::tracked::copies == 9);
}

TEST_CASE("slide knows how many windows there are, and refuses numbers that are not positive") {
  for (int n = 0; n < 9; ++n)
    for (int step = 1; step < 4; ++step) {
      int expected = 0;
      for (int i = 0; i + 3 <= n; i += step) ++expected;
      CHECK(probe::exactly(leat::slide(3, step), n) == static_cast<std::size_t>(expected));
      CHECK(probe::at_most(leat::slide(3, step), n) == static_cast<std::size_t>(expected));
    }
  CHECK_THROWS_WITH_AS(leat::slide(-1), "leat: slide: the number of elements is negative", leat::usage_error);
  CHECK_THROWS_WITH_AS(leat::slide(0), "leat: slide: the number of elements is 0", leat::usage_error);
  CHECK_THROWS_WITH_AS(leat::slide(2, 0), "leat: slide: the step is 0", leat::usage_error);
  CHECK_THROWS_WITH_AS(leat::slide(2, -1), "leat: slide: the step is negative", leat::usage_error);
}

}  // namespace
}  // namespace stage_slide
