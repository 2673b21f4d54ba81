// SPDX-License-Identifier: BSL-1.0
#include <leat/run/cache.hpp>
#include <leat/run/context.hpp>
#include <leat/run/repartition.hpp>
#include <leat/run/union.hpp>
#include <leat/stage/map.hpp>

#include <doctest/doctest.h>
#include <pthread.h>
#include <functional>

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

}  // namespace

TEST_CASE("lineage: a hundred thousand operations are built, explained, refused where they cannot be run, and end") {
  leat::context ctx{{.slots = 2}};
  struct growth {
    const char* name;
    std::size_t times;
    std::function<numbers(numbers)> grow;
    std::int64_t sum;  // of 1, 2, 3; -1: too deep
  };
  const numbers three = ctx.range(1, 4, 2);
  const std::vector<growth> all{
      {"map", 100'000, [](numbers d) { return d | one_more; }, -1},
      {"cache", 100'000, [](numbers d) { return d | leat::cache(); }, -1},
      {"map and union", 50'000, [&](numbers d) { return leat::union_of(d | one_more, three); }, -1},
      {"union on the left", 100'000, [&](numbers d) { return d | leat::union_with(three); }, 600'006},
      {"union on the right", 100'000, [&](numbers d) { return three | leat::union_with(d); }, 600'006},
      {"union of both", 15, [](numbers d) { return leat::union_of(d, d); }, 6 << 15},
      {"repartition", 10'000, [](numbers d) { return d | leat::repartition(2); }, 6},
      {"map", 900, [](numbers d) { return d | one_more; }, 6 + 3 * 900},
      {"map and repartition", 1'500, [](numbers d) { return d | one_more | leat::repartition(2); }, 6 + 3 * 1'500},
  };
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
      CHECK_THROWS_WITH_AS(run(), doctest::Contains("stands on 100001 operations"), leat::usage_error);
      CHECK_THROWS_AS(d.begin(), leat::usage_error);
    });
  }
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
