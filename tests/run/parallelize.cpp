// SPDX-License-Identifier: BSL-1.0
#include <leat/run/context.hpp>
#include <leat/run/operation/enumerate.hpp>
#include <leat/run/operation/take.hpp>
#include <leat/sink/to.hpp>
#include <leat/stage/filter.hpp>
#include <leat/stage/flat_map.hpp>
#include <leat/stage/map.hpp>

#include <doctest/doctest.h>
#include <range/v3/view/take.hpp>

#include <list>
#include <map>
#include <memory>
#include <set>
#include <sstream>

namespace run_parallelize {
namespace {

TEST_CASE("behaviour 1: an empty dataset, and 3 elements in 1,000 partitions") {
  leat::context ctx{{.slots = 2}};
  for (auto const& none : {ctx.parallelize(std::vector<int>(), 4),
                           (ctx.parallelize(std::vector{1, 2, 3}, 2) | leat::filter([](int) { return false; })).erase()}) {
    CHECK(none.count() == 0);
    CHECK(none.sum() == 0);
    CHECK(none.collect().empty());
    CHECK(none.is_empty());
    CHECK(none.take(3).empty());
    CHECK(none.begin() == none.end());
    CHECK_THROWS_AS(none.first(), leat::empty_dataset);
    CHECK_THROWS_AS(none.reduce(std::plus{}), leat::empty_dataset);
    CHECK_THROWS_AS(none.min(), leat::empty_dataset);
    CHECK((none | leat::enumerate()).count() == 0);
  }
  auto few = ctx.parallelize(std::vector{1, 2, 3}, 1000);
  CHECK(few.partitions() == 1000);
  CHECK(few.count() == 3);
  CHECK(few.collect() == std::vector{1, 2, 3});
  CHECK(few.reduce(std::plus{}) == 6);
  CHECK(few.first() == 1);
  CHECK(few.take(2) == std::vector{1, 2});
  CHECK(!few.is_empty());
  CHECK((few | leat::enumerate(10)).collect() == std::vector<std::pair<std::size_t, int>>{{10, 1}, {11, 2}, {12, 3}});
}

TEST_CASE("parallelize: lvalues are copied, rvalues moved, any range will do") {
  leat::context ctx{{.slots = 2}};
  std::vector<std::string> words{"a", "quite long string that has memory of its own", "c"};
  auto copied = ctx.parallelize(words);
  words.clear();
  for (int i = 0; i < 2; ++i) CHECK(copied.collect()[1].size() == 44);
  CHECK((copied | leat::map([](std::string s) { return s.size(); })).sum() == 46);
  CHECK(copied.first() == "a");
  std::list<int> list{1, 2, 3};
  CHECK(ctx.parallelize(list, 2).collect() == std::vector{1, 2, 3});
  std::istringstream text("4 5 6");
  CHECK(ctx.parallelize(std::ranges::istream_view<int>(text)).sum() == 15);
  const std::vector<std::string> kept{"some text that has memory of its own", "b", "c"};
  auto lent = kept;
  CHECK(ctx.parallelize(lent | ranges::views::take(2)).count() == 2);
  CHECK(lent == kept);
  std::vector<bool> bits{true, false, true};
  auto flags = ctx.parallelize(bits, 2);
  static_assert(std::same_as<decltype(flags), leat::dataset<bool>>);
  CHECK(flags.collect() == bits);
  CHECK((flags | leat::map([](bool b) { return !b; }) | leat::to_vector()) == std::vector<bool>{false, true, false});
  std::map<int, std::string> table{{1, "x"}, {2, "y"}};
  CHECK((ctx.parallelize(table) | leat::map([](auto const& p) { return p.second; })).collect() ==
        std::vector<std::string>{"x", "y"});
}

TEST_CASE("parallelize: elements that only move can be run once") {
  leat::context ctx{{.slots = 2}};
  std::vector<std::unique_ptr<int>> owners;
  for (int i = 0; i < 5000; ++i) owners.push_back(std::make_unique<int>(i));
  auto moved = ctx.parallelize(std::move(owners), 3);
  auto all = moved.collect();
  CHECK(all.size() == 5000);
  CHECK(*all[4999] == 4999);
  CHECK_THROWS_AS(moved.count(), leat::usage_error);
}

TEST_CASE("range: the numbers in even partitions") {
  leat::context ctx{{.slots = 2}};
  CHECK(ctx.range(5).collect() == std::vector<std::int64_t>{0, 1, 2, 3, 4});
  CHECK(ctx.range(-2, 2, 3).collect() == std::vector<std::int64_t>{-2, -1, 0, 1});
  CHECK(ctx.range(3, 1).count() == 0);
  CHECK(ctx.range(0, 1'000'000, 7).sum() == 499999500000);
  CHECK(ctx.range(INT64_MAX - 2, INT64_MAX, 4).collect() == std::vector<std::int64_t>{INT64_MAX - 2, INT64_MAX - 1});
}

TEST_CASE("dataset: stages on the open chain, erased handles, sinks") {
  leat::context ctx{{.slots = 2}};
  auto even = [](auto x) { return x % 2 == 0; };
  auto pipeline = leat::filter(even) | leat::map([](std::int64_t x) { return x * x; });
  leat::dataset<std::int64_t> squares = ctx.range(0, 100, 3) | pipeline;
  CHECK(squares.sum() == (ctx.range(100) | pipeline | leat::sum()));
  CHECK((squares | leat::map([](std::int64_t x) { return std::to_string(x); }) | leat::to<std::set>()).size() == 50);
  auto doubled = squares | leat::flat_map([](std::int64_t x) { return std::vector{x, x}; });
  CHECK(doubled.count() == 100);
  auto sized = [](const leat::dataset<std::int64_t>& d) { return d.count(); };
  CHECK(sized(doubled) == 100);
  CHECK(sized(doubled.erase()) == 100);
  auto open = ctx.range(4) | leat::map([](std::int64_t x) { return x; });
  CHECK(sized(open) == 4);
  CHECK((ctx.range(1000) | leat::map([](std::int64_t x) { return static_cast<double>(x); })).stats().mean == 499.5);
  CHECK(ctx.range(0, 1000, 5).top(2) == std::vector<std::int64_t>{999, 998});
  CHECK(ctx.range(0, 1000, 5).max() == 999);
  CHECK(ctx.range(0, 1000, 5).min(std::greater<>()) == 999);
  struct holder {
    leat::dataset<std::int64_t> d;
  } h{ctx.range(3)};
  CHECK(h.d.count() == 3);
  CHECK(doubled.explain().find("range, 3 partitions") != std::string::npos);
}

}  // namespace
}  // namespace run_parallelize
