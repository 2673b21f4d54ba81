// SPDX-License-Identifier: BSL-1.0
#include <leat/run/context.hpp>
#include <leat/run/operation/cache.hpp>
#include <leat/run/operation/distinct.hpp>
#include <leat/run/operation/enumerate.hpp>
#include <leat/run/operation/per_partition.hpp>
#include <leat/run/operation/repartition.hpp>
#include <leat/run/operation/sort_by.hpp>
#include <leat/run/operation/take.hpp>
#include <leat/run/operation/union.hpp>
#include <leat/sink/group_into.hpp>
#include <leat/sink/partition_by.hpp>
#include <leat/sink/tee.hpp>
#include <leat/sink/to_vector.hpp>
#include <leat/stage/filter.hpp>
#include <leat/stage/inspect.hpp>
#include <leat/stage/map.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <thread>

namespace run_operations {
namespace {

template <class D>
std::vector<std::size_t> sizes(const D& d) {
  std::vector<std::size_t> all(d.partitions());
  std::size_t p = 0;
  for (auto n : d | leat::per_partition(leat::enumerate()) | leat::map([](auto const& e) { return e.first; })) {
    if (n == 0 && (p != 0 || all[0] != 0)) ++p;
    ++all[p];
  }
  return all;
}

TEST_CASE("behaviour 7: sort_by against std::stable_sort, both directions") {
  leat::context ctx{{.slots = 2}};
  const unsigned seed = std::random_device()();
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (std::size_t n : {0u, 1u, 5u, 100u, 5000u})
    for (std::size_t partitions : {1u, 3u, 16u})
      for (unsigned different : {1u, 10u, 1u << 30})
        for (bool descending : {false, true}) {
          CAPTURE(n);
          CAPTURE(partitions);
          CAPTURE(different);
          std::vector<std::pair<unsigned, std::string>> data(n);
          for (std::size_t i = 0; i < n; ++i) data[i] = {random() % different, std::to_string(i)};
          auto expected = data;
          std::sort(expected.begin(), expected.end(), [&](auto const& a, auto const& b) {  // by key, then by number: stable
            if (a.first != b.first) return descending ? b.first < a.first : a.first < b.first;
            return std::stoi(a.second) < std::stoi(b.second);
          });
          auto pairs = ctx.parallelize(data, 4);
          const leat::sort_options how{.descending = descending, .partitions = partitions};
          CHECK((pairs | leat::sort_by(&std::pair<unsigned, std::string>::first, how)).collect() == expected);
          auto by_copy = pairs | leat::sort_by([](auto const& p) { return p.first; }, how);
          CHECK(by_copy.collect() == expected);
          CHECK(by_copy.partitions() == partitions);
        }
}

TEST_CASE("behaviour 7: every partition is filled where there are as many different keys") {
  leat::context ctx{{.slots = 2}};
  for (std::int64_t n : {3, 16, 17, 1000, 100'000})
    for (std::size_t partitions : {1u, 2u, 3u, 16u}) {
      if (static_cast<std::size_t>(n) < partitions) continue;
      auto sorted = ctx.range(0, n, 5) | leat::map([=](std::int64_t x) { return x * 7919 % n; }) |
                    leat::sort_by({}, {.partitions = partitions});
      const auto filled = sizes(sorted);
      CHECK(*std::min_element(filled.begin(), filled.end()) > 0);
      CHECK(*std::max_element(filled.begin(), filled.end()) <= 1 + static_cast<std::size_t>(n) * 5 / 4 / partitions + 5);
    }
  // One key that most elements have.
  auto hot = ctx.range(0, 10'000, 4) | leat::map([](std::int64_t x) { return x % 10 == 0 ? x : 5000; }) |
             leat::sort_by({}, {.partitions = 8});
  const auto filled = sizes(hot);
  CHECK(std::all_of(filled.begin(), filled.end(), [](std::size_t k) { return k > 0; }));
}

TEST_CASE("sort_by: NaN stands last, elements may only move") {
  leat::context ctx{{.slots = 2}};
  auto numbers = ctx.parallelize(std::vector{3.0, std::nan(""), -1.0, std::nan(""), 2.0}, 3);
  for (const bool descending : {false, true}) {
    auto sorted = (numbers | leat::sort_by({}, {.descending = descending})).collect();
    CHECK(std::vector(sorted.begin(), sorted.begin() + 3) ==
          (descending ? std::vector{3.0, 2.0, -1.0} : std::vector{-1.0, 2.0, 3.0}));
    CHECK(std::isnan(sorted[3]));
  }
  auto owners = ctx.range(0, 100, 4) | leat::map([](std::int64_t x) { return std::make_unique<std::int64_t>(-x); }) |
                leat::sort_by([](auto const& p) { return *p; }) | leat::map([](auto p) { return *p; });
  CHECK(owners.first() == -99);
  CHECK(owners.count() == 100);
}

TEST_CASE("behaviour 9: repartition is even and keeps the order") {
  leat::context ctx{{.slots = 2}};
  for (std::size_t to : {1u, 2u, 7u, 100u}) {
    auto even = ctx.range(0, 100, 3) | leat::filter([](std::int64_t x) { return x >= 20; }) | leat::repartition(to);
    const auto filled = sizes(even);
    CHECK(*std::max_element(filled.begin(), filled.end()) - *std::min_element(filled.begin(), filled.end()) <= 1);
    const auto all = even.collect();
    CHECK(all.size() == 80);
    CHECK(std::is_sorted(all.begin(), all.end()));
  }
  CHECK((ctx.range(0) | leat::repartition(3)).count() == 0);
  CHECK_THROWS_AS(leat::repartition(0), leat::usage_error);
}

TEST_CASE("behaviour 4: union keeps order and duplicates") {
  leat::context ctx{{.slots = 2}}, other{{.slots = 1}};
  auto a = ctx.range(0, 3, 2), b = ctx.range(0, 2, 1);
  auto c = a | leat::map([](std::int64_t x) { return x * 10; });
  CHECK(leat::union_of(a, b, c).collect() == std::vector<std::int64_t>{0, 1, 2, 0, 1, 0, 10, 20});
  CHECK((a | leat::union_with(a, a)).count() == 9);
  CHECK(leat::union_of(a, b, c).partitions() == 5);
  CHECK_THROWS_AS(leat::union_of(a, other.range(3)), leat::usage_error);
  auto unique = a | leat::union_with(b) | leat::distinct();  // read twice in one job
  CHECK(leat::union_of(unique, unique | leat::map([](std::int64_t x) { return x; })).count() == 6);
  std::vector<std::string> words(50, "a word that is long enough to have memory of its own");
  auto shuffled = ctx.parallelize(words, 4) | leat::repartition(3);
  CHECK((shuffled | leat::union_with(shuffled) | leat::map([](auto const& w) { return w.size(); })).sum() == 100 * 52);
}

TEST_CASE("enumerate: a second pass that differs from the first is an error, whichever partition differs and how") {
  leat::context ctx{{.slots = 2}};
  struct change {
    std::int64_t partition;
    int first, second;  // elements of that partition in each pass
    const char* says;
  };
  for (auto const& [at, first, second, says] : std::vector<change>{{0, 5, 4, "had 5 elements"},
                                                                   {0, 4, 5, "had 4 elements"},
                                                                   {3, 5, 0, "and 0 when"},
                                                                   {3, 0, 1, "and at least 1 when"},
                                                                   {6, 10, 9, "had 10 elements"},
                                                                   {7, 10, 9, nullptr},  // the last one is not counted
                                                                   {2, 7, 7, nullptr}}) {
    std::array<std::atomic<int>, 8> passes{};
    auto changing = ctx.range(0, 80, 8) | leat::filter([&, at = at, first = first, second = second](std::int64_t x) {
                      if (x % 10 == 0) ++passes[static_cast<std::size_t>(x / 10)];
                      return x / 10 != at || x % 10 < (passes[static_cast<std::size_t>(at)] == 1 ? first : second);
                    });
    std::string text;
    try {
      auto all = (changing | leat::enumerate(100)).collect();
      for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i].first == 100 + i);
    } catch (const leat::usage_error& e) {
      CHECK(e.where().partition == static_cast<std::size_t>(at));
      text = e.what();
    }
    CAPTURE(text);
    CHECK((says == nullptr ? text.empty() : text.find(says) != text.npos));
    for (auto& n : passes) n = 0;
    auto all = (changing | leat::cache() | leat::enumerate()).collect();
    for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i].first == i);
  }
}

TEST_CASE("passes: what is not computed twice keeps each element, however its source changes") {
  leat::context ctx{{.slots = 2}};
  std::atomic<std::uint64_t> calls = 0;
  auto random = ctx.range(0, 20'000, 8) | leat::map([&](std::int64_t) { return static_cast<std::int64_t>(++calls); });
  const auto once = [&](auto operation) {
    calls = 0;
    auto all = (random | std::move(operation)).collect();
    CHECK(calls == 20'000);
    std::sort(all.begin(), all.end());
    for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i] == static_cast<std::int64_t>(i + 1));
  };
  once(leat::sort_by());
  once(leat::repartition(3));
  once(leat::cache());
  once(leat::distinct());
  once(leat::take(20'000));
  calls = 0;
  CHECK((random | leat::enumerate()).count() == 20'000);  // their number is known, so nothing is run to count them
  CHECK(calls == 20'000);
  auto owners = ctx.parallelize(
      [] {
        std::vector<std::unique_ptr<int>> v;
        for (int i = 0; i < 10; ++i) v.push_back(std::make_unique<int>(i));
        return v;
      }(),
      3);
  for (auto& [i, p] : owners | leat::enumerate()) CHECK(static_cast<int>(i) == *p);
}

TEST_CASE(
    "elements that only move: a second reading in one action is an error, and a retry that would need one names its cause") {
  leat::context ctx{{.slots = 2}};
  auto made = ctx.range(0, 100, 4) | leat::map([](std::int64_t x) { return std::make_unique<std::int64_t>(x); });
  auto number = [](std::unique_ptr<std::int64_t> p) { return *p; };
  auto sorted = made | leat::sort_by([](auto const& p) { return *p; });
  CHECK((leat::union_of(made, made) | leat::map(number)).sum() == 9900);
  CHECK((sorted | leat::enumerate() | leat::map([&](auto p) { return *p.second; })).sum() == 4950);
  CHECK_THROWS_WITH_AS((leat::union_of(sorted, sorted) | leat::map(number)).sum(), doctest::Contains("read twice"),
                       leat::usage_error);
  CHECK_THROWS_AS((sorted | leat::filter([](auto const&) { return true; }) | leat::enumerate()).count(), leat::usage_error);
  std::vector<std::unique_ptr<int>> v(10);
  auto dies = ctx.parallelize(std::move(v), 2) | leat::map([](auto) -> int { throw leat::worker_died("it died", ""); });
  CHECK_THROWS_WITH_AS(dies.count(), doctest::Contains("it died"), leat::worker_died);
}

TEST_CASE("cache: computed once, by whichever job comes first") {
  leat::context ctx{{.slots = 2}};
  std::atomic<int> runs = 0;
  auto cached = ctx.range(0, 1000, 5) | leat::map([&](std::int64_t x) {
                  ++runs;
                  return std::to_string(x);
                }) |
                leat::cache();
  CHECK(cached.first() == "0");
  CHECK(runs == 200);
  std::thread other([&] { CHECK(cached.count() == 1000); });
  CHECK(cached.collect().size() == 1000);
  other.join();
  CHECK(cached.collect()[999] == "999");
  CHECK((cached | leat::map([](std::string s) { return s.size(); })).sum() == 2890);
  CHECK(runs == 1000);
}

TEST_CASE("cache: a failed task caches nothing, and the end frees the memory") {
  leat::context ctx{{.slots = 2, .memory_limit = 1 << 20}};
  std::atomic<bool> fails = true;
  {
    auto cached = ctx.range(0, 50'000, 1) | leat::map([&](std::int64_t x) {
                    if (x == 40'000 && fails) throw std::runtime_error("once");
                    return x;
                  }) |
                  leat::cache();
    CHECK_THROWS_WITH(cached.count(), "once");
    fails = false;
    CHECK(cached.count() == 50'000);
    CHECK_THROWS_AS((ctx.range(0, 100'000, 1) | leat::cache()).count(), leat::memory_limit_exceeded);
    CHECK(cached.sum() == 1249975000);
  }
  CHECK((ctx.range(0, 100'000, 1) | leat::cache()).count() == 100'000);
}

TEST_CASE("memory limit: collected elements count, on both sides of it") {
  leat::context ctx{{.slots = 2, .memory_limit = 1 << 20}};
  CHECK(ctx.range(0, 120'000, 3).collect().size() == 120'000);
  CHECK_THROWS_AS(ctx.range(0, 140'000, 3).collect(), leat::memory_limit_exceeded);
  auto words = ctx.range(0, 2000, 4) | leat::map([](std::int64_t) { return std::string(1000, 'x'); });
  CHECK_THROWS_AS(words.collect(), leat::memory_limit_exceeded);
  CHECK_THROWS_AS(words | leat::group_into(&std::string::size), leat::memory_limit_exceeded);
  CHECK_THROWS_AS(words | leat::partition_by(&std::string::empty), leat::memory_limit_exceeded);
  CHECK_THROWS_AS(words | leat::tee(leat::count(), leat::to_vector()), leat::memory_limit_exceeded);
  CHECK((words | leat::group_into(&std::string::size, leat::count())).at(1000) == 2000);
  CHECK((words | leat::take(500)).collect().size() == 500);
  CHECK(words.count() == 2000);
  CHECK_THROWS_AS((words | leat::repartition(2)).count(), leat::memory_limit_exceeded);
  CHECK_THROWS_AS((words | leat::sort_by()).count(), leat::memory_limit_exceeded);
  std::size_t n = 0;
  auto small = ctx.range(0, 2000, 16) | leat::map([](std::int64_t) { return std::string(1000, 'x'); });
  small.for_each([&](auto const&) { ++n; });  // 16 partitions of 125 KB, at most three at a time
  CHECK(n == 2000);
  CHECK(ctx.range(0, 120'000, 3).collect().size() == 120'000);
}

}  // namespace
}  // namespace run_operations
