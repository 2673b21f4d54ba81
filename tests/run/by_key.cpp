// SPDX-License-Identifier: BSL-1.0
#include <leat/run/context.hpp>
#include <leat/run/operation/aggregate_by_key.hpp>
#include <leat/run/operation/count_by_key.hpp>
#include <leat/run/operation/distinct.hpp>
#include <leat/run/operation/group_by_key.hpp>
#include <leat/run/operation/reduce_by_key.hpp>
#include <leat/run/operation/sort_by.hpp>
#include <leat/sink/to.hpp>
#include <leat/stage/filter.hpp>
#include <leat/stage/flat_map.hpp>
#include <leat/stage/map.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>

#include "../volume.hpp"

namespace run_by_key {
namespace {

// Compares all shuffles with a loop over a std::map.
template <class K>
void compare(leat::context& ctx, const std::vector<std::pair<K, std::int64_t>>& data, std::size_t partitions,
             std::size_t reduced) {
  std::map<K, std::vector<std::int64_t>> reference;
  for (auto const& [k, v] : data) reference[k].push_back(v);
  auto pairs = ctx.parallelize(data, partitions);

  auto grouped = pairs | leat::group_by_key(reduced);
  CHECK(grouped.partitions() == (reduced != 0 ? reduced : partitions));
  CHECK(grouped.count() == reference.size());
  CHECK((grouped | leat::to<std::map>()) == reference);

  std::map<K, std::int64_t> sums;
  std::map<K, std::size_t> counts;
  std::map<K, std::string> texts;
  for (auto const& [k, vs] : reference) {
    counts[k] = vs.size();
    for (std::int64_t v : vs) sums[k] += v, texts[k] += std::to_string(v) + ",";
  }
  CHECK((pairs | leat::reduce_by_key(std::plus{}, reduced) | leat::to<std::map>()) == sums);
  CHECK((pairs | leat::count_by_key(reduced) | leat::to<std::map>()) == counts);
  CHECK((pairs | leat::aggregate_by_key(leat::sum(), reduced) | leat::to<std::map>()) == sums);
  // Left to right in partition order: the operation need not commute.
  auto text = pairs | leat::map([](auto p) { return std::pair(std::move(p.first), std::to_string(p.second) + ","); });
  CHECK((text | leat::reduce_by_key(std::plus{}, reduced) | leat::to<std::map>()) == texts);

  auto keys = pairs | leat::map([](auto p) { return std::move(p.first); });
  auto unique = (keys | leat::distinct(reduced)).collect();
  CHECK(unique.size() == reference.size());
  CHECK(std::set<K>(unique.begin(), unique.end()).size() == reference.size());
}

TEST_CASE("behaviour 10: shuffles by key against a reference on random data") {
  leat::context ctx{{.slots = 2}};
  const unsigned seed = std::random_device()();
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (std::size_t n : {0u, 1u, 10u, 3000u})
    for (std::size_t partitions : {1u, 4u, 50u})
      for (std::size_t reduced : {0u, 1u, 7u}) {
        CAPTURE(n);
        CAPTURE(partitions);
        std::vector<std::pair<int, std::int64_t>> ints(n);
        std::vector<std::pair<std::string, std::int64_t>> strings(n);
        std::vector<std::pair<std::optional<int>, std::int64_t>> optionals(n);
        for (std::size_t i = 0; i < n; ++i) {
          const auto k = static_cast<int>(random() % 200), v = static_cast<int>(random() % 1000);
          ints[i] = {k - 100, v};
          strings[i] = {k == 0 ? "" : std::string(static_cast<std::size_t>(k % 40), 'x') + std::to_string(k), v};
          optionals[i] = {k % 7 == 0 ? std::nullopt : std::optional(k), v};
        }
        compare(ctx, ints, partitions, reduced);
        compare(ctx, strings, partitions, reduced);
        compare(ctx, optionals, partitions, reduced);
      }
}

TEST_CASE("behaviour 10: one hot key, and compound keys") {
  leat::context ctx{{.slots = 2}};
  std::vector<std::pair<std::pair<int, std::vector<std::string>>, std::int64_t>> data;
  for (int i = 0; i < 20000; ++i)
    data.push_back({{i % 100 == 0 ? i % 7 : 42, {"a", std::to_string(i % 100 == 0 ? i % 5 : 0)}}, i});
  compare(ctx, data, 5, 3);
  using tuple = std::tuple<int, std::string>;
  auto tuples = ctx.parallelize(std::vector<tuple>{{1, "a"}, {2, "b"}, {1, "c"}}, 2) | leat::reduce_by_key(std::plus{});
  CHECK((tuples | leat::to<std::map>()) == std::map<int, std::string>{{1, "ac"}, {2, "b"}});
  std::map<int, int> table{{1, 2}, {3, 4}};
  CHECK((ctx.parallelize(table) | leat::reduce_by_key(std::plus{}) | leat::to<std::map>()) == table);
}

TEST_CASE("shuffle: many keys that hardly repeat, and many that repeat") {
  leat::context ctx{{.slots = 2}};
  const std::int64_t all = test::volume(1'000'000);
  for (std::int64_t keys : {std::int64_t{1'000}, all / 10, all}) {
    auto sums = ctx.range(0, all, 3) |
                leat::map([=](std::int64_t x) { return std::pair((x * 7919) % keys, std::int64_t{1}); }) |
                leat::reduce_by_key(std::plus{}, 4);
    CHECK(sums.count() == static_cast<std::size_t>(keys));
    CHECK((sums | leat::map([](auto const& p) { return p.second; })).sum() == all);
    CHECK((sums | leat::map([=](auto const& p) { return p.second == all / keys; }) | leat::to<std::set>()).size() == 1);
  }
  auto ones = ctx.range(0, all / 5, 3) | leat::map([](std::int64_t x) { return std::pair(std::to_string(x), x); }) |
              leat::group_by_key();
  CHECK(ones.count() == static_cast<std::size_t>(all / 5));
}

TEST_CASE("shuffle: values that only move") {
  leat::context ctx{{.slots = 2}};
  auto owners =
      ctx.range(0, 3000, 4) | leat::map([](std::int64_t x) { return std::pair(x % 10, std::make_unique<std::int64_t>(x)); });
  auto sums = owners | leat::reduce_by_key([](std::unique_ptr<std::int64_t> a, std::unique_ptr<std::int64_t> b) {
                *a += *b;
                return a;
              }) |
              leat::map([](auto p) { return *p.second; });
  CHECK(sums.sum() == 4498500);
  CHECK((owners | leat::group_by_key() | leat::map([](auto p) { return p.second.size(); })).sum() == 3000);
}

TEST_CASE("aggregate_by_key: any sink that merges") {
  leat::context ctx{{.slots = 2}};
  auto pairs = ctx.range(0, 1000, 4) | leat::map([](std::int64_t x) { return std::pair(x % 3, static_cast<double>(x)); });
  for (auto const& [k, s] : pairs | leat::aggregate_by_key(leat::stats())) {
    CHECK(s.count == (k == 0 ? 334 : 333));
    CHECK(s.min == static_cast<double>(k));
  }
  auto firsts = pairs | leat::aggregate_by_key(leat::first()) | leat::to<std::map>();
  CHECK(firsts == std::map<std::int64_t, double>{{0, 0.0}, {1, 1.0}, {2, 2.0}});
  auto best = pairs | leat::aggregate_by_key(leat::map([](double x) { return -x; }) | leat::top(2)) | leat::to<std::map>();
  CHECK(best[1] == std::vector{-1.0, -4.0});
}

// Runs every shuffle over keys that are equal in threes, and stand so in `order`.
template <class K>
void one_of_three(leat::context& ctx, const std::vector<K>& order) {
  std::vector<std::pair<K, int>> data;
  for (int round = 0; round < 3; ++round)
    for (auto const& k : order) data.insert(round == 1 ? data.end() : data.begin(), {k, 1});
  const auto ones = [](auto const& p) { return p.second == 3; };
  for (std::size_t partitions : {1u, 4u}) {
    auto pairs = ctx.parallelize(data, partitions);
    CHECK((pairs | leat::reduce_by_key(std::plus{}, 3) | leat::filter(ones)).count() == order.size());
    CHECK((pairs | leat::count_by_key() | leat::filter(ones)).count() == order.size());
    CHECK((pairs | leat::aggregate_by_key(leat::sum()) | leat::filter(ones)).count() == order.size());
    CHECK((pairs | leat::group_by_key() | leat::map([](auto const& p) { return p.second.size(); })).collect() ==
          std::vector<std::size_t>(order.size(), 3));
    CHECK((pairs | leat::map([](auto const& p) { return p.first; }) | leat::distinct()).count() == order.size());
    const auto sorted = (pairs | leat::sort_by(&std::pair<K, int>::first, {.partitions = 2})).collect();
    for (std::size_t i = 0; i < sorted.size(); ++i) CHECK(leat::core::same_key(sorted[i].first, order[i / 3]));
  }
}

TEST_CASE("keys: NaN is one key and stands last, -0.0 is 0.0, also inside of others") {
  leat::context ctx{{.slots = 2}};
  const double nan = std::nan(""), other = -std::nan("1");
  one_of_three<double>(ctx, {-1, 0.0, 2, nan});
  one_of_three<std::tuple<int, std::vector<std::optional<double>>>>(ctx, {{1, {nan}}, {1, {nan, 1}}, {2, {}}, {2, {1}}});
  CHECK((ctx.parallelize(std::vector{nan, 0.0, other, -0.0, -nan}, 3) | leat::distinct()).count() == 2);
}

TEST_CASE("sort_by: an order that is none stays in its memory") {
  struct odd {
    int n;
    bool operator<(const odd&) const { return true; }
  };
  leat::context ctx{{.slots = 2}};
  CHECK((ctx.range(0, 10'000, 7) | leat::map([](std::int64_t x) { return odd{static_cast<int>(x)}; }) |
         leat::sort_by({}, {.partitions = 5}) | leat::map(&odd::n))
            .sum() == 49'995'000);
}

TEST_CASE("aggregate_by_key: a zero enters once for each key and partition, however many keys there are") {
  leat::context ctx{{.slots = 2}};
  const std::int64_t most = test::volume(700'000);
  for (std::int64_t keys : {std::int64_t{1}, std::int64_t{1'000}, test::volume(std::int64_t{100'000}), most})
    for (std::size_t partitions : {1u, 3u}) {
      const std::int64_t rounds = keys < most ? 4 : 1;
      // Key x % keys, so that each partition of at least `keys` elements has all of them.
      std::map<std::int64_t, long> expected;
      auto numbers = ctx.range(0, rounds * keys, partitions);
      auto pairs = numbers | leat::map([=](std::int64_t x) { return std::pair(x % keys, 0); });
      for (std::size_t p = 0; p < partitions; ++p) {
        const std::size_t n = static_cast<std::size_t>(rounds * keys);
        std::set<std::int64_t> here;
        for (std::size_t x = leat::core::part_begin(n, p, partitions); x < leat::core::part_begin(n, p + 1, partitions); ++x)
          here.insert(static_cast<std::int64_t>(x) % keys);
        for (const std::int64_t k : here) ++expected[k];
      }
      CHECK((pairs | leat::aggregate_by_key(leat::fold(1L, std::plus{}, std::plus{}), 5) | leat::to<std::map>()) == expected);
    }
  // On a whole dataset: once a partition and once where their results are merged.
  for (std::size_t partitions : {1u, 7u}) {
    CHECK(ctx.range(0, 100, partitions).fold(std::int64_t{1}, std::plus{}) == 4950 + 1 + static_cast<std::int64_t>(partitions));
    CHECK(ctx.range(0, 100, partitions).reduce(std::plus{}) == 4950);
  }
}

TEST_CASE("behaviour 11: 2 million values over 3 keys on both sides of the memory limit") {
  const std::int64_t n_values = test::volume(2'000'000);
  auto run = [=](std::size_t limit) {
    leat::context ctx{{.slots = 2, .memory_limit = limit}};
    auto pairs = ctx.range(0, n_values, 4) | leat::map([](std::int64_t x) { return std::pair(x % 3, x); });
    const auto n = (pairs | leat::group_by_key() | leat::map([](auto const& p) { return p.second.size(); })).sum();
    CHECK((pairs | leat::reduce_by_key(std::plus{})).count() == 3);
    return n;
  };
  CHECK(run(0) == n_values);
  CHECK(run(std::size_t{1} << 30) == n_values);
  try {
    run(1 << 20);
    FAIL("no exception");
  } catch (const leat::memory_limit_exceeded& e) {
    const std::string text = e.what();
    CHECK(text.find("1048576 bytes") != std::string::npos);
    CHECK(text.find("group_by_key") != std::string::npos);
    CHECK(text.find("LEAT_MEMORY_LIMIT") != std::string::npos);
  }
}

}  // namespace
}  // namespace run_by_key
