// SPDX-License-Identifier: BSL-1.0
#include <leat/run/context.hpp>
#include <leat/run/operation/enumerate.hpp>
#include <leat/run/operation/per_partition.hpp>
#include <leat/run/operation/reduce_by_key.hpp>
#include <leat/run/operation/sort_by.hpp>
#include <leat/run/operation/take.hpp>
#include <leat/stage/inspect.hpp>
#include <leat/stage/map.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <thread>

namespace run_actions {
namespace {

// The partitions that a run has touched: each element of range(0, n, n) is one.
struct touched {
  std::atomic<int> n = 0;
  auto count() {
    return leat::inspect([this](auto const&) { ++n; });
  }
};

TEST_CASE("behaviour 2: fold's zero enters once a partition and once at the merge") {
  leat::context ctx{{.slots = 2}};
  for (std::size_t partitions : {1u, 3u, 8u})
    CHECK(ctx.range(0, 100, partitions).fold(std::int64_t{1000}, std::plus{}) ==
          4950 + 1000 * (static_cast<std::int64_t>(partitions) + 1));
  auto joined = (ctx.range(0, 6, 3) | leat::map([](std::int64_t x) {
                   return std::vector{x};
                 })).fold(std::vector<std::int64_t>(), [](auto a, auto b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
  });
  CHECK(joined == std::vector<std::int64_t>{0, 1, 2, 3, 4, 5});
}

TEST_CASE("behaviour 5: take and first run few partitions and the next job works") {
  leat::context ctx{{.slots = 2}};
  touched t;
  auto numbers = ctx.range(0, 1000, 1000) | t.count();
  CHECK(numbers.first() == 0);
  CHECK(t.n == 1);
  t.n = 0;
  CHECK(numbers.take(3) == std::vector<std::int64_t>{0, 1, 2});
  CHECK(t.n <= 5);  // groups of 1 and 4
  t.n = 0;
  CHECK(numbers.take(0).empty());
  CHECK(t.n == 0);
  CHECK((numbers | leat::take(30)).count() == 30);
  CHECK(t.n <= 1 + 4 + 16 + 64);
  CHECK_THROWS_AS(numbers.take(-1), leat::usage_error);
  CHECK(numbers.take(2000).size() == 1000);
  // Inside a partition, too, it stops where it has enough.
  t.n = 0;
  auto large = ctx.range(0, 10'000'000, 1) | t.count();
  CHECK(large.take(3).size() == 3);
  CHECK(t.n == 3);
  CHECK((ctx.range(0, 100, 10) | leat::take(25) | leat::map([](std::int64_t x) { return -x; })).sum() == -300);
  CHECK(ctx.range(10).count() == 10);
}

TEST_CASE("per_partition: any pipeline on each partition by itself") {
  leat::context ctx{{.slots = 2}};
  auto first_two = ctx.range(0, 30, 3) | leat::per_partition(leat::take(2) | leat::enumerate());
  using pairs = std::vector<std::pair<std::size_t, std::int64_t>>;
  CHECK(first_two.collect() == pairs{{0, 0}, {1, 1}, {0, 10}, {1, 11}, {0, 20}, {1, 21}});
  std::vector<int> plain{5, 6, 7};
  CHECK((plain | leat::per_partition(leat::take(2)) | leat::sum()) == 11);
}

TEST_CASE("behaviour 13: iteration is lazy, and a failure comes when it is reached") {
  leat::context ctx{{.slots = 2}};
  touched t;
  auto numbers = ctx.range(0, 10, 10) | t.count() | leat::map([](std::int64_t x) {
                   if (x == 5) throw std::runtime_error("five");
                   return x;
                 });
  std::int64_t seen = 0;
  for (auto& x : numbers) {
    seen = x;
    if (x == 2) break;
  }
  CHECK(seen == 2);
  CHECK(t.n == 3);
  CHECK_THROWS_WITH_AS(
      [&] {
        for (auto& x : numbers) seen = x;
      }(),
      "five", std::runtime_error);
  CHECK(seen == 4);
  CHECK(t.n == 3 + 6);
  auto sorted = ctx.range(0, 10, 3) | leat::sort_by({}, {.descending = true});
  std::vector<std::int64_t> down;
  std::ranges::copy(sorted, std::back_inserter(down));
  static_assert(std::input_iterator<decltype(sorted.begin())>);
  CHECK(std::is_sorted(down.rbegin(), down.rend()));
  CHECK(std::ranges::distance(sorted) == 10);
}

TEST_CASE("behaviour 14: results are in partition order and equal in 100 runs") {
  leat::context ctx{{.slots = 4}};
  std::mt19937 random(7);
  std::vector<std::pair<std::string, double>> data(5000);
  for (auto& [k, v] : data) k = "key " + std::to_string(random() % 300), v = static_cast<double>(random()) / 1e5;
  auto dataset = ctx.parallelize(data, 9);
  auto shuffled = dataset | leat::reduce_by_key(std::plus{}, 5);
  CHECK(dataset.collect() == data);
  const auto expected = shuffled.collect();
  const double sum = (dataset | leat::map([](auto const& p) { return p.second; })).sum();
  for (int i = 0; i < 100; ++i) {
    CHECK((dataset | leat::map([i](auto p) {
             if ((p.first.size() + static_cast<std::size_t>(i)) % 64 == 0) std::this_thread::yield();
             return p;
           }) |
           leat::reduce_by_key(std::plus{}, 5) | leat::to_vector()) == expected);
    CHECK((dataset | leat::map([](auto const& p) { return p.second; })).sum() == sum);
  }
}

TEST_CASE("for_each: in order, on the caller's thread, a bounded number of partitions ahead") {
  leat::context ctx{{.slots = 2}};
  const auto self = std::this_thread::get_id();
  std::atomic<int> made = 0;
  int used = 0, furthest = 0;
  std::vector<std::int64_t> seen;
  auto numbers = ctx.range(0, 200, 50) | leat::per_partition(leat::enumerate()) | leat::map([&](auto p) {
                   if (p.first == 0) ++made;
                   return p.second;
                 });
  numbers.for_each([&](std::int64_t x) {
    CHECK(std::this_thread::get_id() == self);
    seen.push_back(x);
    if (x % 4 == 0) ++used;
    furthest = std::max(furthest, made - used);
  });
  CHECK(seen.size() == 200);
  CHECK(std::is_sorted(seen.begin(), seen.end()));
  CHECK(furthest <= 2);
  CHECK_THROWS_WITH_AS(numbers.for_each([](std::int64_t) { throw std::runtime_error("enough"); }), "enough",
                       std::runtime_error);
  CHECK(numbers.count() == 200);
}

}  // namespace
}  // namespace run_actions
