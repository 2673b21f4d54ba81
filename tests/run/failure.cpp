// SPDX-License-Identifier: BSL-1.0
#include <leat/run/context.hpp>
#include <leat/run/operation/group_by_key.hpp>
#include <leat/run/operation/reduce_by_key.hpp>
#include <leat/run/operation/sort_by.hpp>
#include <leat/stage/map.hpp>

#include <doctest/doctest.h>

#include <csignal>
#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace run_failure {
namespace {

leat::worker_killed killed() { return {SIGKILL, "the worker was killed", "tail"}; }

// Fails the first `n` times that it meets each of the elements that are multiples of `every`.
struct flaky {
  int n;
  std::int64_t every = 10;
  std::mutex mutex{};
  std::map<std::int64_t, int> failed{};

  std::int64_t operator()(std::int64_t x) {
    std::lock_guard lock(mutex);
    if (x % every == 0 && failed[x]++ < n) throw killed();
    return x;
  }
  auto stage() {
    return leat::map([this](std::int64_t x) { return (*this)(x); });
  }
};

// Notes the run of each chain.
struct seen_stage : leat::stage_base {
  static constexpr bool per_element = true;
  std::vector<leat::core::run_info>* seen;
  std::mutex* mutex;

  seen_stage(std::vector<leat::core::run_info>* s, std::mutex* m) : seen(s), mutex(m) {}
  template <class In>
  using result = In;
  template <class In>
  static consteval bool accepts() {
    return true;
  }
  template <class In, class Next>
  struct node {
    std::vector<leat::core::run_info>* seen;
    std::mutex* mutex;
    Next next;
    bool start(leat::start_info n) {
      std::lock_guard lock(*mutex);
      seen->push_back(*n.run);
      return next.start(n);
    }
    bool operator()(In&& x) { return next(std::forward<In>(x)); }
    void finish() { next.finish(); }
  };
  template <class In, class Self, class Next>
  static node<In, Next> bind(Self&& self, Next next) {
    return {self.seen, self.mutex, std::move(next)};
  }
};

TEST_CASE("failure: an exception keeps its type, and one of ours gets its partition") {
  leat::context ctx{{.slots = 2}};
  auto throwing = [&](auto e) {
    return ctx.range(0, 100, 10) | leat::map([e](std::int64_t x) {
             if (x == 57) throw e;
             return x;
           });
  };
  CHECK_THROWS_WITH_AS(throwing(std::runtime_error("mine")).count(), "mine", std::runtime_error);
  CHECK_THROWS_AS(throwing(42).collect(), int);
  try {
    throwing(leat::conversion_error("int", "str", "'x'")).sum();
    FAIL("no exception");
  } catch (const leat::conversion_error& e) {
    CHECK(e.where().partition == 5u);
  }
  CHECK(ctx.range(5).count() == 5);
}

TEST_CASE("failure: the first one stops the other tasks") {
  leat::context ctx{{.slots = 2}};
  std::atomic<std::int64_t> done = 0;
  auto numbers = ctx.range(0, 100'000'000, 4) | leat::map([&](std::int64_t x) {
                   if (x == 1000) throw std::runtime_error("stop");
                   if (x % 1024 == 0) ++done;
                   return x;
                 });
  CHECK_THROWS_WITH(numbers.count(), "stop");
  CHECK(done < 90'000);
}

TEST_CASE("behaviour 28: a death that may pass is retried, and the result counts once") {
  for (int times = 1; times <= 3; ++times) {
    std::atomic<int> warnings = 0;
    leat::context ctx{{.slots = 2, .log = [&](const leat::log_record& r) {
                         CHECK(r.level == leat::log_record::warning);
                         ++warnings;
                       }}};
    flaky f{times};
    auto numbers = ctx.range(0, 40, 4) | f.stage();
    CHECK(numbers.sum() == 780);
    CHECK(warnings == 4 * times);
    f.failed.clear();
    CHECK(numbers.collect().size() == 40);
    f.failed.clear();
    std::int64_t next = 0;
    numbers.for_each([&](std::int64_t x) { CHECK(x == next++); });
    CHECK(next == 40);
    f.failed.clear();
    next = 0;
    for (auto x : numbers) CHECK(x == next++);
  }
}

TEST_CASE("behaviour 28: after four attempts the error says so") {
  leat::context ctx{{.slots = 2}};
  flaky f{4};
  try {
    (ctx.range(0, 40, 4) | f.stage()).count();
    FAIL("no exception");
  } catch (const leat::worker_killed& e) {
    CHECK(std::string(e.what()).find("each of 4 attempts") != std::string::npos);
    CHECK(e.stderr_tail() == "tail");
    CHECK(e.where().partition.has_value());
  }
}

TEST_CASE("failure: a retry behind a shuffle does not miss what the first attempt took") {
  leat::context ctx{{.slots = 2}};
  auto named = [](std::int64_t x) { return std::pair("a key that is long enough for the heap " + std::to_string(x % 100), x); };
  auto number = [](auto p) { return p.second; };
  auto sums = ctx.range(0, 1000, 4) | leat::map(named) | leat::reduce_by_key(std::plus{});
  flaky f{1, 1000};
  CHECK((sums | leat::map(number) | f.stage()).sum() == 499500);
  CHECK(!f.failed.empty());
  // Two shuffles, the second of which fails in its map side.
  f.failed.clear();
  auto twice = sums | leat::map(number) | f.stage() |
               leat::map([](std::int64_t x) { return std::pair(std::to_string(x % 3), x); }) | leat::group_by_key() |
               leat::sort_by([](auto const& p) { return p.first; });
  std::int64_t total = 0;
  for (auto const& [k, xs] : twice.collect())
    for (std::int64_t x : xs) total += x;
  CHECK(total == 499500);
  // The reducing function itself.
  std::atomic<int> left = 2;
  auto by_key = ctx.range(0, 1000, 4) | leat::map(named) | leat::reduce_by_key([&](std::int64_t a, std::int64_t b) {
                  if (a > 2000 && left-- > 0) throw killed();
                  return a + b;
                });
  CHECK((by_key | leat::map(number)).sum() == 499500);
}

TEST_CASE("failure: seeds and attempts reach the chain") {
  std::vector<leat::core::run_info> seen;
  std::mutex mutex;
  leat::context ctx{{.slots = 2, .seed = 5}};
  auto numbers = ctx.range(0, 40, 4) | seen_stage(&seen, &mutex);
  flaky f{1};
  CHECK((numbers | f.stage()).count() == 40);
  CHECK(seen.size() == 8);
  std::set<std::uint64_t> seeds;
  for (auto const& run : seen) {
    CHECK(run.task);
    CHECK(run.stop != nullptr);
    CHECK(run.attempt < 2);
    seeds.insert(run.seed);
  }
  CHECK(seeds.size() == 4);
}

}  // namespace
}  // namespace run_failure
