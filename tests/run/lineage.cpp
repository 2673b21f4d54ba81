// SPDX-License-Identifier: BSL-1.0
#include <leat/posix/cpus.hpp>
#include <leat/run/context.hpp>
#include <leat/run/operation/aggregate_by_key.hpp>
#include <leat/run/operation/cache.hpp>
#include <leat/run/operation/count_by_key.hpp>
#include <leat/run/operation/distinct.hpp>
#include <leat/run/operation/group_by_key.hpp>
#include <leat/run/operation/per_partition.hpp>
#include <leat/run/operation/reduce_by_key.hpp>
#include <leat/run/operation/repartition.hpp>
#include <leat/run/operation/sort_by.hpp>
#include <leat/run/operation/union.hpp>
#include <leat/stage/chunk.hpp>
#include <leat/stage/map.hpp>

#include <doctest/doctest.h>

#include <functional>

#include <pthread.h>

#include "../volume.hpp"

namespace run_lineage {
namespace {

using numbers = leat::dataset<std::int64_t>;

// Runs `f` in a thread with a stack of 512 KB.
void in_small_thread(std::function<void()> f) {
  pthread_attr_t small;
  ::pthread_attr_init(&small);
  REQUIRE(::pthread_attr_setstacksize(&small, 512 * 1024) == 0);
  pthread_t thread;
  const auto call = [](void* work) -> void* {
    (*static_cast<std::function<void()>*>(work))();
    return nullptr;
  };
  REQUIRE(::pthread_create(&thread, &small, call, &f) == 0);
  ::pthread_join(thread, nullptr);
}

const auto one_more = leat::map([](std::int64_t x) { return x + 1; });

TEST_CASE("lineage: a hundred thousand operations are built, explained, refused where they cannot be run, and end") {
  leat::context ctx{{.slots = 2}};
  struct growth {
    const char* name;
    std::size_t times;
    std::function<numbers(numbers)> grow;
    std::int64_t sum;  // of 1, 2, 3; -1: too deep
  };
  const numbers three = ctx.range(1, 4, 2);
  const std::size_t many = test::volume(std::size_t{100'000});
  const auto sum_of_unions = static_cast<std::int64_t>(6 * (many + 1));
  const std::vector<growth> all{
      {"map", many, [](numbers d) { return d | one_more; }, -1},
      {"cache", many, [](numbers d) { return d | leat::cache(); }, -1},
      {"map and union", many / 2, [&](numbers d) { return leat::union_of(d | one_more, three); }, -1},
      {"union on the left", many, [&](numbers d) { return d | leat::union_with(three); }, sum_of_unions},
      {"union on the right", many, [&](numbers d) { return three | leat::union_with(d); }, sum_of_unions},
      {"union of both", 15, [](numbers d) { return leat::union_of(d, d); }, 6 << 15},
      {"repartition", many / 10, [](numbers d) { return d | leat::repartition(2); }, 6},
      {"map", 900, [](numbers d) { return d | one_more; }, 6 + 3 * 900},
      {"map and repartition", 1'500, [](numbers d) { return d | one_more | leat::repartition(2); }, 6 + 3 * 1'500},
  };
  const std::string stands_on = "stands on " + std::to_string(many + 1) + " operations";
  for (auto const& g : all) {
    CAPTURE(g.name);
    CAPTURE(g.times);
    in_small_thread([&] {
      numbers d = three;
      for (std::size_t i = 0; i < g.times; ++i) d = g.grow(d);
      const std::string text = d.explain();
      CHECK(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) > g.times);
      const auto run = [&] { return d.sum(); };
      if (g.sum >= 0) {
        CHECK(run() == g.sum);
        return;
      }
      CHECK_THROWS_WITH_AS(run(), doctest::Contains(stands_on.c_str()), leat::usage_error);
      CHECK_THROWS_AS(d.begin(), leat::usage_error);
    });
  }
}

TEST_CASE("counts: a number of partitions or slots is from 1 to a million; 0 is the usual one where there is one") {
  leat::context ctx{{.slots = 3}};
  const auto d = ctx.range(0, 10, 2);
  const std::vector<int> v{1, 2, 3};
  struct taker {
    const char* name;
    std::function<std::size_t(std::size_t)> takes;  // returns the number of partitions
    std::size_t usual;                              // what 0 stands for; 0: refused
  };
  const std::vector<taker> all{
      {"parallelize", [&](std::size_t n) { return ctx.parallelize(v, n).partitions(); }, 3},
      {"range", [&](std::size_t n) { return ctx.range(0, 5, n).partitions(); }, 3},
      {"files", [&](std::size_t n) { return ctx.files("docs/guide/datasets.md", n).partitions(); }, 3},
      {"text_file", [&](std::size_t n) { return ctx.text_file("docs/guide/datasets.md", n).partitions(); }, 3},
      {"text_files", [&](std::size_t n) { return ctx.text_files({"docs/guide/datasets.md"}, n).partitions(); }, 3},
      {"repartition", [&](std::size_t n) { return (d | leat::repartition(n)).partitions(); }, 0},
      {"distinct", [&](std::size_t n) { return (d | leat::distinct(n)).partitions(); }, 2},
      {"sort_by", [&](std::size_t n) { return (d | leat::sort_by({}, {.partitions = n})).partitions(); }, 2},
      {"slots", [&](std::size_t n) { return leat::context{{.slots = n}}.slots(); }, leat::usable_cpus()},
  };
  for (auto const& t : all) {
    CAPTURE(t.name);
    CHECK(t.takes(5) == 5);
    CHECK(t.takes(1'000'000) == 1'000'000);
    for (const std::int64_t bad : {std::int64_t{-1}, std::int64_t{1'000'001}, std::int64_t{1} << 31, INT64_MIN, INT64_MAX}) {
      CAPTURE(bad);
      try {
        t.takes(static_cast<std::size_t>(bad));
        FAIL("no exception");
      } catch (const leat::usage_error& e) {
        const std::string text = e.what();
        CHECK(text.find(t.name) != text.npos);
        CHECK(text.find(" is " + std::to_string(bad) + ", but must be from 1 to 1000000") != text.npos);
      }
    }
    if (t.usual == 0)
      CHECK_THROWS_AS(t.takes(0), leat::usage_error);
    else
      CHECK(t.takes(0) == t.usual);
  }
  const std::size_t bad = static_cast<std::size_t>(-1);
  CHECK_THROWS_AS(leat::distinct(bad), leat::usage_error);
  CHECK_THROWS_AS(leat::count_by_key(bad), leat::usage_error);
  CHECK_THROWS_AS(leat::group_by_key(bad), leat::usage_error);
  CHECK_THROWS_AS(leat::reduce_by_key(std::plus{}, bad), leat::usage_error);
  CHECK_THROWS_AS(leat::aggregate_by_key(leat::count(), bad), leat::usage_error);
  CHECK_THROWS_WITH_AS(ctx.range(0, 10, 10'000) | leat::distinct(1'000'000), doctest::Contains("10^9 pieces"),
                       leat::usage_error);
}

TEST_CASE("counts: numbers of elements near 2^64") {
  leat::context ctx{{.slots = 2, .memory_limit = 1 << 20}}, free{{.slots = 2}};
  const auto all = ctx.range(INT64_MIN, INT64_MAX, 3), whole = ctx.range(0, 10, 3);
  const std::size_t huge = static_cast<std::size_t>(-1);
  CHECK(all.first() == INT64_MIN);
  CHECK(all.take(2) == std::vector<std::int64_t>{INT64_MIN, INT64_MIN + 1});
  CHECK(ctx.range(INT64_MAX - 2, INT64_MAX, 5).collect() == std::vector<std::int64_t>{INT64_MAX - 2, INT64_MAX - 1});
  CHECK(ctx.range(INT64_MIN).count() == 0);
  CHECK(ctx.range(5, -5).count() == 0);
  CHECK(whole.take(huge).size() == 10);
  CHECK((whole | leat::take(huge)).count() == 10);
  CHECK(whole.top(huge).size() == 10);
  CHECK((whole | leat::per_partition(leat::chunk(huge, leat::count()))).collect() == std::vector<std::size_t>{3, 3, 4});
  CHECK_THROWS_AS((all | leat::repartition(2)).count(), leat::error);
  CHECK_THROWS_AS((free.range(INT64_MIN, INT64_MAX, 1) | leat::repartition(2)).count(), leat::resource_error);
  CHECK_THROWS_AS((ctx.range(0, INT64_MAX, 8) | leat::cache()).count(), leat::memory_limit_exceeded);
  CHECK((all | leat::enumerate()).first() == std::pair<std::size_t, std::int64_t>{0, INT64_MIN});
  CHECK_THROWS_AS(whole.take(-1), leat::usage_error);
  CHECK_THROWS_AS(whole.top(-1), leat::usage_error);
}

TEST_CASE("per_partition: an empty partition is what the pipeline makes of no elements") {
  leat::context ctx{{.slots = 2}};
  const auto two = ctx.range(0, 2, 4);  // two of four partitions are empty
  CHECK((two | leat::per_partition(leat::chunk(100, leat::sum()))).collect() == std::vector<std::int64_t>{0, 1});
  CHECK((two | leat::per_partition(leat::chunk(100))).count() == 2);
}

TEST_CASE("lineage: what is cached as it grows is as long as memory lets it be") {
  leat::context ctx{{.slots = 2}};
  numbers d = ctx.range(0, 3, 1);
  for (int i = 0; i < 3'000; ++i) {
    d = d | one_more | leat::cache();
    CHECK(d.count() == 3);
  }
  CHECK(d.collect() == std::vector<std::int64_t>{3'000, 3'001, 3'002});
}

TEST_CASE("lineage: a union of unions is in order, and its parts are its own") {
  leat::context ctx{{.slots = 2}};
  const numbers a = ctx.range(0, 3, 2), b = ctx.range(3, 5, 3), c = ctx.range(5, 6, 1);
  const auto ab = leat::union_of(a, b), all = leat::union_of(ab, c, leat::union_of(c, ab) | one_more, ab);
  CHECK(all.partitions() == 5 + 1 + 6 + 5);
  CHECK(all.collect() == std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4});
  CHECK(ab.sum() == 10);
}

}  // namespace
}  // namespace run_lineage
