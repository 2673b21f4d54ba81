// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <list>
#include <memory>
#include <span>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "../stage/support.hpp"

namespace source_zip {
namespace {

constexpr auto product = [](int a, int b) { return a * b; };
static_assert((leat::zip(std::array{1, 2, 3}, std::array{4, 5}) | leat::map([](auto p) { return p.first * p.second; }) |
               leat::sum()) == 14);
static_assert((leat::zip_with(product, std::array{1, 2, 3}, leat::iota(4)) | leat::sum()) == 4 + 10 + 18);
static_assert(leat::zip(std::array{1, 2, 3}, leat::iota(0, 5), std::array{1, 2}).size() == 2);

using vector = std::vector<int>;
static_assert(std::ranges::forward_range<decltype(leat::zip(vector(), vector()))>);
static_assert(std::ranges::forward_range<const decltype(leat::zip(vector(), std::list<int>()))>);
static_assert(std::ranges::sized_range<decltype(leat::zip(vector(), std::list<int>()))>);
static_assert(!std::ranges::sized_range<decltype(leat::zip(vector(), leat::iota(0)))>);
static_assert(!std::ranges::forward_range<decltype(leat::zip(vector(), std::declval<probe::counted&>()))>);
static_assert(
    std::same_as<std::ranges::range_value_t<decltype(leat::zip(vector(), std::vector<bool>()))>, std::pair<int, bool>>);

TEST_CASE("zip equals its loop, as long as the shortest range") {
  probe::with_random_input([](const std::vector<int>& v) {
    const std::list<int> l(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2));
    const std::vector<std::string> s(v.size() / 3 + 2, "x");
    std::vector<std::pair<int, int>> pairs;
    std::vector<std::tuple<int, int, std::string>> triples;
    std::vector<int> sums;
    auto at = l.begin();
    for (std::size_t i = 0; i < l.size(); ++i, ++at) {
      pairs.emplace_back(v[i], *at);
      sums.push_back(v[i] + *at);
      if (i < s.size()) triples.emplace_back(v[i], *at, s[i]);
    }
    const auto plus = [](int a, int b) { return a + b; };
    CHECK((leat::zip(v, l) | leat::to_vector()) == pairs);
    CHECK(probe::pulled(leat::zip(v, l)) == pairs);
    CHECK((leat::zip(v, l, s) | leat::to_vector()) == triples);
    CHECK(probe::pulled(leat::zip(v, l, s) | leat::filter([](auto const&) { return true; })) == triples);
    CHECK((leat::zip(l, probe::unsized(v)) | leat::to_vector()).size() == pairs.size());
    CHECK((leat::zip_with(plus, v, l) | leat::to_vector()) == sums);
    CHECK((leat::zip_with(plus, l | leat::filter([](int) { return true; }), probe::unsized(v)) | leat::to_vector()).size() ==
          sums.size());
    auto both = leat::zip_with(plus, probe::unsized(v), v | leat::map([](int x) { return x; }));
    CHECK(probe::pulled(both) == (both | leat::to_vector()));
    CHECK(probe::pulled(both).size() == v.size());
  });
}

TEST_CASE("zip of one, of none that has elements, and with endless ranges") {
  const vector v{1, 2, 3};
  CHECK((leat::zip(v) | leat::to_vector()) == std::vector<std::tuple<int>>{{1}, {2}, {3}});
  CHECK((leat::zip(v, vector{}) | leat::count()) == 0);
  CHECK((leat::zip(vector{}, leat::iota(1)) | leat::count()) == 0);
  CHECK((leat::zip(leat::iota(1), leat::repeat('x')) | leat::take(4) | leat::count()) == 4);
  CHECK((leat::zip(leat::iota(1), v, leat::iota(7, 9)) | leat::count()) == 2);
}

TEST_CASE("zip asks no range for an element behind the end of one before it") {
  int asked = 0;
  CHECK((leat::zip(vector{1, 2, 3}, probe::counted(asked)) | leat::count()) == 3);
  CHECK(asked == 3);
  asked = 0;
  CHECK((leat::zip(vector{}, probe::counted(asked)) | leat::count()) == 0);
  CHECK(asked == 0);
  asked = 0;
  CHECK((leat::zip(probe::counted(asked), vector{1, 2, 3}) | leat::count()) == 3);
  CHECK(asked == 4);
  asked = 0;
  int others = 0;
  CHECK((leat::zip(probe::counted(asked), probe::counted(others)) | leat::take(2) | leat::count()) == 2);
  CHECK(asked == 2);
  CHECK(others == 2);
  std::istringstream in("a\nb\nc");
  CHECK((leat::zip(vector{1, 2}, leat::lines(in)) | leat::count()) == 2);
  CHECK((leat::lines(in) | leat::to_vector()) == std::vector<std::string>{"c"});
}

TEST_CASE("two ranges that read from one stream take turns") {
  std::istringstream in("a\n1\nb\n2\nc\n");
  using pairs = std::vector<std::pair<std::string, std::string>>;
  CHECK((leat::zip(leat::lines(in), leat::lines(in)) | leat::to_vector()) == pairs{{"a", "1"}, {"b", "2"}});
}

TEST_CASE("elements of owned containers move, those of lvalues and views are copied") {
  auto kept = probe::tracked_up_to(3);
  auto first = leat::map([](auto&& p) { return std::forward<decltype(p)>(p).first; });
  CHECK((leat::zip(kept, leat::iota(0)) | first | leat::to_vector()).size() == 3);
  CHECK(probe::tracked::copies == 3);
  CHECK(kept[2].value == 2);
  probe::tracked::reset();
  CHECK((leat::zip(std::span(kept), leat::iota(0)) | first | leat::to_vector()).size() == 3);
  CHECK(probe::tracked::copies == 3);
  probe::tracked::reset();
  CHECK((leat::zip(std::move(kept), leat::iota(0)) | first | leat::to_vector()).back().value == 2);
  CHECK(probe::tracked::copies == 0);
}

TEST_CASE("elements that only move") {
  auto pairs = leat::zip(probe::pointers(3), leat::iota(5)) | leat::to_vector();
  CHECK(*pairs[2].first == 2);
  CHECK(pairs[2].second == 7);
  int total = 0;
  for (auto&& [p, i] : leat::zip(probe::pointers(3), leat::iota(5))) total += *p * i;
  CHECK(total == 6 + 14);
  auto owned = leat::zip_with([](std::unique_ptr<int> p, int i) { return *p + i; }, probe::pointers(3), leat::iota(5));
  CHECK((owned | leat::to_vector()) == vector{5, 7, 9});
  auto by_reference = probe::pointers(3);
  CHECK((leat::zip_with([](const std::unique_ptr<int>& p, int i) { return *p + i; }, by_reference, leat::iota(5)) |
         leat::to_vector()) == vector{5, 7, 9});
  CHECK(by_reference[0] != nullptr);
}

TEST_CASE("a function that changes elements, returns references, is a member, or only moves") {
  vector a{1, 2, 3};
  const vector b{10, 20, 30};
  leat::zip_with([](int& x, int y) -> int& { return x += y; }, a, b) | leat::for_each([](int& x) { ++x; });
  CHECK(a == vector{12, 23, 34});
  struct point {
    int x;
    int plus(int y) const { return x + y; }
  };
  const std::vector<point> points{{1}, {2}};
  CHECK((leat::zip_with(&point::plus, points, b) | leat::to_vector()) == vector{11, 22});
  auto sum = [k = std::make_unique<int>(1)](int x, int y) { return *k + x + y; };
  CHECK((leat::zip_with(std::move(sum), b, b) | leat::to_vector()) == vector{21, 41, 61});
}

TEST_CASE("a zip is read as often as its ranges can be; proxies come as values") {
  const std::vector<bool> flags{true, false, true};
  const auto all = leat::zip(flags, std::vector<std::string>{"a", "b", "c"});
  for (int pass = 0; pass < 2; ++pass) {
    std::string text;
    for (auto const& [flag, name] : all) text += flag ? name : "-";
    CHECK(text == "a-c");
    CHECK((all | leat::count()) == 3);
  }
  auto pipeline = all | leat::filter([](auto const& p) { return p.first; }) | leat::values();
  CHECK(probe::pulled(pipeline) == std::vector<std::string>{"a", "c"});
  CHECK((pipeline | leat::to_vector()) == std::vector<std::string>{"a", "c"});
  CHECK((leat::zip(all, leat::iota(0)) | leat::map([](auto p) { return p.first.second; }) | leat::to_text()) == "abc");
}

TEST_CASE("zip knows how many there are where all its ranges do") {
  const vector v{1, 2, 3};
  CHECK((leat::zip(v, leat::iota(0, 9)) | probe::hint_sink()).n == 3);
  CHECK((leat::zip(v, leat::iota(0, 9)) | probe::hint_sink()).known == leat::start_info::exact);
  CHECK((leat::zip(v, leat::iota(0)) | probe::hint_sink()).known == leat::start_info::unknown);
}

}  // namespace
}  // namespace source_zip
