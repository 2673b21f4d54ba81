// SPDX-License-Identifier: BSL-1.0
#include <leat/sink/count.hpp>
#include <leat/source/iota.hpp>
#include <leat/stage/take.hpp>

#include <algorithm>
#include <numeric>

#include "interop.hpp"

namespace core_std_views {
namespace {

namespace sv = std::views;

constexpr auto odd = [](int x) { return x % 2 == 1; };
constexpr auto small = [](int x) { return x < 9; };
constexpr auto plus_one = [](int x) { return x + 1; };
constexpr auto twice = [](int x) { return std::vector{x, x}; };
constexpr auto counted = [](int x) { return sv::iota(0, x % 4); };
constexpr auto paired = [](int x) { return std::pair(x, -x); };

TEST_CASE("adaptors of the standard library on both sides of a pipeline") {
  using interop::both_sides;
  both_sides("all", sv::all);
  both_sides("filter", sv::filter(odd));
  both_sides("transform", sv::transform(plus_one));
  both_sides("transform to pairs", sv::transform(paired));
  both_sides("take", sv::take(5));
  both_sides("take none", sv::take(0));
  both_sides("take_while", sv::take_while(small));
  both_sides("drop", sv::drop(3));
  both_sides("drop more than there are", sv::drop(100));
  both_sides("drop_while", sv::drop_while(small));
  both_sides("join", sv::transform(twice) | sv::join);
  both_sides("join of views", sv::transform(counted) | sv::join);
  both_sides("lazy_split", sv::lazy_split(6) | sv::transform([](auto part) { return std::ranges::distance(part); }));
  both_sides("elements", sv::transform(paired) | sv::elements<1>);
  both_sides("keys", sv::transform(paired) | sv::keys);
  both_sides("values", sv::transform(paired) | sv::values);
  both_sides("filter, transform", sv::filter(odd) | sv::transform(plus_one));
  both_sides("transform, filter", sv::transform(plus_one) | sv::filter(odd));
  both_sides("drop, take", sv::drop(2) | sv::take(3));
  both_sides("take, drop", sv::take(6) | sv::drop(2));
  both_sides("take_while, transform", sv::take_while(small) | sv::transform(plus_one));
  both_sides("filter, filter", sv::filter(odd) | sv::filter(small));
  both_sides("transform, transform, filter", sv::transform(plus_one) | sv::transform(plus_one) | sv::filter(odd));
  both_sides("drop_while, take", sv::drop_while(small) | sv::take(2));
}

TEST_CASE("adaptors of the standard library that need more than one pass, before a pipeline") {
  using interop::before;
  before("reverse", sv::reverse);
  before("reverse, take", sv::reverse | sv::take(4));
  before("common", sv::take_while(small) | sv::common);
  before("split", sv::split(6) | sv::transform([](auto part) { return std::ranges::distance(part); }));
  before("reverse, filter", sv::reverse | sv::filter(odd));
  before("drop, reverse", sv::drop(3) | sv::reverse);
  before("filter, reverse", sv::filter(odd) | sv::reverse);
}

TEST_CASE("standard algorithms take a pipeline") {
  const std::vector v{3, 1, 4, 1, 5, 9, 2, 6};
  int k = 10;
  auto p = v | leat::map([k](int x) { return x * k; });
  CHECK(std::ranges::count(p, 10) == 2);
  CHECK(*std::ranges::find_if(p, [](int x) { return x > 40; }) == 50);
  CHECK(std::ranges::equal(p, std::vector{30, 10, 40, 10, 50, 90, 20, 60}));
  CHECK(std::ranges::all_of(p, [](int x) { return x % 10 == 0; }));
  std::vector<int> copied;
  std::ranges::copy(p, std::back_inserter(copied));
  CHECK(copied.size() == v.size());
  std::vector<int> few(3);
  std::ranges::copy_n(std::ranges::begin(p), 3, few.begin());
  CHECK(few == std::vector{30, 10, 40});
  int sum = 0;
  std::ranges::for_each(p, [&](int x) { sum += x; });
  CHECK(sum == 310);
  // An iterator into a pipeline that has ended cannot be used: refused, as for any view that is not borrowed.
  static_assert(
      std::same_as<decltype(std::ranges::find(v | leat::map([k](int x) { return x * k; }), 10)), std::ranges::dangling>);
  auto [smallest, largest] = std::ranges::minmax(v | leat::filter([k](int x) { return x < k; }));
  CHECK(smallest == 1);
  CHECK(largest == 9);
}

TEST_CASE("a pipeline that only moves through, by standard algorithms and views") {
  int k = 3;
  auto p = leat::iota(0) | leat::map([k](int x) { return x * k; });
  static_assert(std::ranges::input_range<decltype(p)>);
  static_assert(std::ranges::view<decltype(p)>);
  static_assert(std::ranges::viewable_range<decltype(p)>);
  CHECK(interop::told(std::move(p) | sv::take(3)) == "0 3 6 ");
  auto owner = std::vector{1, 2, 3} | leat::map([k](int x) { return x * k; });
  auto other = std::vector{4} | leat::map([k](int x) { return x * k; });
  static_assert(std::same_as<decltype(owner), decltype(owner)>);
  CHECK(interop::told(owner) == "3 6 9 ");
  CHECK(interop::told(other) == "12 ");
}

TEST_CASE("pipelines of one type are assigned, also where their functions capture") {
  auto of = [](std::vector<int> v, int k) { return std::move(v) | leat::map([k](int x) { return x * k; }); };
  auto a = of({1, 2}, 3), b = of({5}, 7);
  a = b;
  CHECK(interop::told(a) == "35 ");
  CHECK(interop::told(b) == "35 ");
  b = of({1}, 1);
  CHECK(interop::told(b) == "1 ");
  a = std::move(b);
  CHECK(interop::told(a) == "1 ");
}

}  // namespace
}  // namespace core_std_views
