// SPDX-License-Identifier: BSL-1.0
// Results: 5, 14, for Python stages over plain ranges and datasets.
#include <leat/leat.hpp>

#include "../python/support.hpp"

namespace behaviours_results {
namespace {

using namespace support;
using ints = std::vector<int>;

TEST_CASE("behaviour 5: take of a long or endless generator stops early, and the worker is used again") {
  const leat::python py(quiet(1));
  CHECK((ints{1} | py.map<int>("lambda x: x") | leat::sum()) == 1);
  int kept = 0;  // rounds that a worker survived; on a machine with too much to do, the grace may not be enough
  const auto endless = leat::source_text(
      "import itertools\ndef count(x): return itertools.count(x)\n"
      "def echo(it):\n  for x in it: yield x\n"
      "def batches(xs):\n  while True: yield from xs\n");
  for (int i = 0; i < 5; ++i) {
    const auto pids = py.worker_pids();
    CHECK((ints{10'000'000} | py.flat_map<int>("lambda n: range(n)") | leat::take(3) | leat::to_vector()) == ints{0, 1, 2});
    CHECK((ints{7} | py.flat_map<int>("count", endless) | leat::take(3) | leat::to_vector()) == ints{7, 8, 9});
    CHECK((leat::iota(0) | py.map_partitions<int>("echo", endless) | leat::take(3) | leat::to_vector()) == ints{0, 1, 2});
    CHECK((ints{1, 2} | py.map_batches<int>("batches", endless) | leat::take(3) | leat::to_vector()) == ints{1, 1, 1});
    CHECK((up_to(1'000'000) | py.map<int>("lambda x: x + 1") | leat::take(3) | leat::to_vector()) == ints{1, 2, 3});
    CHECK((ints{1} | py.flat_map<int>("count", endless) | leat::map([](int x) { return x; }) | py.map<int>("lambda x: x") |
           leat::take(3) | leat::to_vector()) == ints{1, 2, 3});
    CHECK((ints{5} | py.map<int>("lambda x: x") | leat::sum()) == 5);  // the next job works
    const auto now = py.worker_pids();
    kept += std::find_first_of(now.begin(), now.end(), pids.begin(), pids.end()) != now.end();
  }
  CHECK(kept > 0);
  CHECK(eventually([&] { return py.worker_pids().size() <= 2; }));  // two stages in one chain need two
}

TEST_CASE("behaviour 5: a generator that does not let go is replaced") {
  const leat::python py(quiet(1));
  const auto stubborn =
      leat::source_text("import time\ndef f(x):\n  try:\n    while True: yield x\n  finally:\n    time.sleep(1000)\n");
  CHECK((ints{1} | py.flat_map<int>("f", stubborn) | leat::take(3) | leat::to_vector()) == ints{1, 1, 1});
  CHECK((ints{5} | py.map<int>("lambda x: x") | leat::sum()) == 5);
}

TEST_CASE("behaviour 5: take on a dataset with a Python stage") {
  const leat::context ctx({.slots = 2});
  const leat::python py(quiet(2));
  for (int i = 0; i < 3; ++i) {
    CHECK((ctx.range(0, 1'000'000'000, 4) | py.map<long>("lambda x: x * 2") | leat::map([](long x) { return x; })).take(3) ==
          std::vector<long>{0, 2, 4});
    CHECK((ctx.parallelize(ints{10'000'000, 5}, 2) | py.flat_map<int>("lambda n: range(n)")).take(3) == ints{0, 1, 2});
    CHECK((ctx.parallelize(ints{1, 2, 3}, 3) | py.map<int>("lambda x: x")).collect() == ints{1, 2, 3});
  }
}

TEST_CASE("behaviour 14: a run repeated 100 times gives the same bytes, on a range and on a dataset") {
  const leat::python py(quiet(3));
  const leat::context ctx({.slots = 3});
  const auto input = up_to(3000);
  auto stage = py.flat_map("lambda x: [str(x)] * (x % 3)") | py.map("lambda s: (s, {s, s * 2}, {s: 1.5})") |
               py.filter("lambda t: t[0] != '7'");
  auto bytes = [](const std::vector<leat::opaque>& objects) {
    std::string all;
    for (auto const& o : objects) all += o.pickle();
    return all;
  };
  const std::string first = bytes(input | stage | leat::to_vector());
  CHECK(first.size() > 10'000);
  for (int run = 0; run < 50; ++run) {
    CAPTURE(run);
    CHECK((bytes(input | stage | leat::to_vector()) == first));
    CHECK((bytes((ctx.parallelize(input, 7) | stage).collect()) == first));
  }
}

TEST_CASE("Python stages on a dataset: order, mixes, shuffles, sinks") {
  const leat::python py(quiet(2));
  const leat::context ctx({.slots = 2});
  const auto input = up_to(20'000);
  auto ds = ctx.parallelize(input, 5);
  CHECK((ds | py.map<int>("lambda x: x + 1") | leat::filter([](int x) { return x % 2 == 0; }) | py.map<int>("lambda x: x // 2"))
            .collect() == (input | leat::map([](int x) { return x + 1; }) | leat::filter([](int x) { return x % 2 == 0; }) |
                           leat::map([](int x) { return x / 2; }) | leat::to_vector()));
  CHECK((ds | py.map<long>("lambda x: x") | leat::sum()) == 199'990'000);
  CHECK((ds | py.filter("lambda x: x < 0") | leat::count()) == 0);
  // One stream for each partition.
  CHECK((ds | py.map_partitions<int>("lambda it: [sum(1 for _ in it)]")).collect() == ints(5, 4000));
  CHECK((ctx.parallelize(ints{}, 4) | py.map_partitions<int>("lambda it: [sum(it)]")).collect() == ints(4, 0));
  auto counts =
      (ds | py.map<std::pair<std::string, long>>("lambda x: (str(x % 10), 1)") | leat::reduce_by_key(std::plus{})).collect();
  std::sort(counts.begin(), counts.end());
  CHECK(counts.size() == 10);
  for (auto const& [key, n] : counts) CHECK(n == 2000);
  // Behind a shuffle, too; and opaque in between.
  auto squares = (ds | leat::map([](int x) { return std::pair(x % 3, 1L); }) | leat::reduce_by_key(std::plus{}) |
                  py.map("lambda kv: {kv}") | py.map<long>("lambda s: max(s)[1]"))
                     .collect();
  std::sort(squares.begin(), squares.end());
  CHECK(squares == std::vector<long>{6666, 6667, 6667});
  int n = 0;
  for (const int x : ds | py.map<int>("lambda x: x")) n += x == n;
  CHECK(n == 20'000);
  CHECK(eventually([&] { return py.worker_pids().size() <= 4; }));
}

}  // namespace
}  // namespace behaviours_results
