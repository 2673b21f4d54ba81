// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <list>
#include <numeric>
#include <ranges>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "probe.hpp"

namespace core_bound {
namespace {

constexpr auto even = [](int x) { return x % 2 == 0; };
constexpr auto square = [](int x) { return x * x; };

TEST_CASE("a bound pipeline is an input range") {
  std::vector<int> v{1, 2, 3, 4};
  auto squares = v | leat::filter(even) | leat::map(square);
  static_assert(std::ranges::input_range<decltype(squares)>);
  static_assert(std::ranges::view<decltype(squares)>);
  static_assert(std::same_as<std::ranges::range_value_t<decltype(squares)>, int>);
  CHECK(std::ranges::equal(squares, std::vector{4, 16}));
  CHECK(std::ranges::count(squares, 16) == 1);
  CHECK(*std::ranges::find_if(squares, [](int x) { return x > 4; }) == 16);
  std::vector<int> copied;
  std::ranges::copy(squares, std::back_inserter(copied));
  CHECK(copied == std::vector{4, 16});
}

TEST_CASE("each begin restarts the pipeline") {
  std::vector<int> v{1, 2, 3};
  auto numbered = v | leat::map([n = 0](int x) mutable { return x * 10 + n++; });
  for (int pass = 0; pass < 2; ++pass) {
    std::vector<int> all;
    for (int x : numbered) all.push_back(x);
    CHECK(all == std::vector{10, 21, 32});
  }
}

TEST_CASE("std::views take it, and it takes them") {
  std::vector<int> v{1, 2, 3, 4, 5, 6};
  std::vector<int> all;
  for (int x : v | leat::map(square) | std::views::take(3)) all.push_back(x);
  CHECK(all == std::vector{1, 4, 9});
  all.clear();
  for (int x : v | leat::flat_map([](int x) { return std::vector{x, -x}; }) | std::views::drop(1) | std::views::filter(even))
    all.push_back(x);
  CHECK(all == std::vector{2, -2, 4, -4, 6, -6});
  CHECK((v | std::views::drop(2) | std::views::transform(square) | leat::filter(even) | leat::to_vector()) ==
        std::vector{16, 36});
  CHECK((std::views::iota(1, 4) | leat::map(square) | leat::sum()) == 14);
  CHECK((v | std::views::reverse | leat::take(2) | leat::to_vector()) == std::vector{6, 5});
}

TEST_CASE("pulling asks the source only for what is read") {
  int asked = 0;
  auto evens = probe::counted(asked) | leat::filter(even) | leat::map(square);
  auto it = evens.begin();
  CHECK(asked == 1);
  ++it;
  CHECK(*it == 4);
  CHECK(asked == 3);
  asked = 0;
  auto first_two = probe::counted(asked) | leat::take(2);
  int n = 0;
  for ([[maybe_unused]] int x : first_two) ++n;
  CHECK(n == 2);
  CHECK(asked == 2);
  asked = 0;
  for ([[maybe_unused]] int x : probe::counted(asked) | leat::take(0)) ++n;
  CHECK(n == 2);
  CHECK(asked == 0);
}

TEST_CASE("a pulled pipeline that threw is at its end") {
  std::vector<int> v{1, 2, 3};
  auto fails = v | leat::map([](int x) { return x == 2 ? throw std::runtime_error("two") : x; });
  auto it = fails.begin();
  CHECK(*it == 1);
  CHECK_THROWS_WITH((static_cast<void>(++it), static_cast<void>(*it)), "two");
  CHECK(it == fails.end());
  auto slow = v | leat::filter([](int x) { return x == 2 ? throw std::runtime_error("two") : true; });
  auto at = slow.begin();
  CHECK_THROWS_WITH(++at, "two");
  CHECK(at == slow.end());
}

TEST_CASE("a pulled element is made once, however often it is read") {
  std::vector<int> v{1, 2, 3};
  int calls = 0;
  auto made = v | leat::map([&calls](int x) {
                ++calls;
                return x;
              });
  int sum = 0;
  for (auto it = made.begin(); it != made.end(); ++it) sum += *it + *it;
  CHECK(sum == 12);
  CHECK(calls == 3);
  calls = 0;
  CHECK((made | leat::to_vector()) == v);
  CHECK(calls == 3);
}

TEST_CASE("what is pulled of a returned container outlives it") {
  std::vector<int> v{1, 2};
  std::vector<std::string> all;
  for (auto& s :
       v | leat::flat_map([](int x) { return std::vector<std::string>(2, std::string(40, static_cast<char>('a' + x))); }))
    all.push_back(s);
  CHECK(all ==
        std::vector<std::string>{std::string(40, 'b'), std::string(40, 'b'), std::string(40, 'c'), std::string(40, 'c')});
  all.clear();
  auto owning = [](int x) { return std::views::all(std::vector<std::string>(2, std::string(40, static_cast<char>('a' + x)))); };
  for (auto& s : v | leat::flat_map(owning)) all.push_back(s);
  CHECK(all.size() == 4);
  CHECK(all[3] == std::string(40, 'c'));
  all.clear();
  auto nested = [](int x) {
    return leat::iota(0, 2) | leat::map([x](int y) { return std::string(40, static_cast<char>('a' + x + y)); });
  };
  for (auto& s : v | leat::flat_map(nested)) all.push_back(s);
  CHECK(all ==
        std::vector<std::string>{std::string(40, 'b'), std::string(40, 'c'), std::string(40, 'c'), std::string(40, 'd')});
}

TEST_CASE("lvalues of a borrowed range are pulled as lvalues") {
  std::vector<std::string> v{"a", "b"};
  for (auto& s : v | leat::filter([](const std::string& s) { return s == "b"; })) s += "!";
  CHECK(v[1] == "b!");
}

TEST_CASE("an lvalue is borrowed, a view is copied, an rvalue is owned and its elements move") {
  auto v = probe::tracked_up_to(5);
  auto value = [](const probe::tracked& t) { return t.value; };
  CHECK((v | leat::map(value) | leat::sum()) == 10);
  CHECK(probe::tracked::copies + probe::tracked::moves == 0);

  auto copied = v | leat::to_vector();
  CHECK(probe::tracked::copies == 5);
  CHECK(v[4].value == 4);

  probe::tracked::reset();
  auto spanned = std::span(v) | leat::to_vector();
  CHECK(probe::tracked::copies == 5);
  CHECK(v[4].value == 4);

  probe::tracked::reset();
  auto moved = std::move(v) | leat::filter([](const probe::tracked& t) { return t.value > 0; }) | leat::to_vector();
  CHECK(moved.size() == 4);
  CHECK(probe::tracked::copies == 0);

  std::vector<probe::tracked> lvalue = probe::tracked_up_to(3);
  auto held = std::vector<probe::tracked>(lvalue) | leat::filter([](const probe::tracked&) { return true; });
  CHECK((held | leat::to_vector()).size() == 3);  // a bound lvalue keeps what it owns
  CHECK((held | leat::map(value) | leat::sum()) == 3);
  CHECK((std::move(held) | leat::map(value) | leat::sum()) == 3);
}

TEST_CASE("elements that only move") {
  auto make = [] {
    std::vector<std::unique_ptr<int>> v;
    for (int i = 0; i < 3; ++i) v.push_back(std::make_unique<int>(i));
    return v;
  };
  auto all = make() | leat::filter([](const auto& p) { return *p != 1; }) | leat::enumerate() | leat::to_vector();
  CHECK(all.size() == 2);
  CHECK(*all[1].second == 2);
  CHECK(*(make() | leat::first()) == 0);
  CHECK(*(make() | leat::max([](const auto& p) { return *p; })) == 2);
  CHECK((make() | leat::top(2, [](const auto& a, const auto& b) { return *a < *b; })).size() == 2);
  CHECK((leat::iota(0, 3) | leat::map([](int i) { return std::make_unique<int>(i); }) | leat::to<std::list>()).size() == 3);
  auto v = make();
  CHECK((v | leat::map([](const auto& p) { return *p; }) | leat::sum()) == 3);
}

TEST_CASE("proxies become values where they are kept") {
  std::vector<bool> bits{true, false, true};
  auto all = bits | leat::to_vector();
  static_assert(std::same_as<decltype(all), std::vector<bool>>);
  CHECK(all == bits);
  auto first = bits | leat::first();
  static_assert(std::same_as<decltype(first), bool>);
  CHECK((bits | leat::filter(std::identity{}) | leat::count()) == 2);
  CHECK((std::vector<bool>{true, true} | leat::map([](bool b) { return b ? 2 : 1; }) | leat::sum()) == 4);
  auto pairs = bits | leat::enumerate() | leat::to_vector();
  static_assert(std::same_as<decltype(pairs), std::vector<std::pair<std::size_t, bool>>>);
  std::vector<bool> pulled;
  for (bool b : bits | leat::map([](bool b) { return !b; })) pulled.push_back(b);
  CHECK(pulled == std::vector{false, true, false});
}

TEST_CASE("sources of every kind") {
  CHECK((std::deque{1, 2, 3} | leat::sum()) == 6);
  CHECK((std::list{1, 2, 3} | leat::map(square) | leat::sum()) == 14);
  CHECK((std::set{3, 1, 2} | leat::to_vector()) == std::vector{1, 2, 3});
  CHECK((std::string("abc") | leat::to<std::string>()) == "abc");
  int array[] = {1, 2, 3};
  CHECK((array | leat::sum()) == 6);
  CHECK((std::span(array) | leat::sum()) == 6);
  const std::vector<int> constant{1, 2};
  CHECK((constant | leat::sum()) == 3);
  std::istringstream text("4 5 6");
  CHECK((std::ranges::istream_view<int>(text) | leat::sum()) == 15);
  std::initializer_list<int> list{1, 2};
  CHECK((list | leat::sum()) == 3);
}

TEST_CASE("member pointers are functions") {
  struct point {
    int x, y;
    int norm() const { return x * x + y * y; }
    bool left() const { return x < 0; }
    std::vector<int> both() const { return {x, y}; }
  };
  std::vector<point> v{{1, 2}, {-3, 4}};
  CHECK((v | leat::map(&point::x) | leat::sum()) == -2);
  CHECK((v | leat::filter(&point::left) | leat::map(&point::norm) | leat::sum()) == 25);
  CHECK((v | leat::flat_map(&point::both) | leat::to_vector()) == std::vector{1, 2, -3, 4});
  CHECK((v | leat::max(&point::y)).y == 4);
  CHECK((v | leat::min(std::greater{}, &point::x)).x == 1);
  CHECK((v | leat::top(1, &point::norm)).front().x == -3);
}

}  // namespace
}  // namespace core_bound
