// SPDX-License-Identifier: BSL-1.0
// reduce_by_key of ints in memory, collected, against a loop over std::unordered_map in one thread (`unordered_map`) and
// against that time divided by the slots (`ideal`). --quick: 10^6 ints.
#include <leat/run/context.hpp>
#include <leat/run/operation/reduce_by_key.hpp>
#include <leat/stage/map.hpp>

#include <cstdlib>
#include <random>
#include <unordered_map>

#include "bench.hpp"

int main(int argc, char** argv) {
  const std::size_t slots = 2, n = bench::quick(argc, argv) ? 1'000'000 : 10'000'000;
  leat::context ctx{{.slots = slots}};
  bench::header();
  for (const int keys : {1'000, 100'000, 5'000'000}) {
    std::mt19937 random(42);
    std::vector<int> numbers(n);
    for (int& x : numbers) x = static_cast<int>(random() % static_cast<unsigned>(keys));
    auto counted =
        ctx.parallelize(numbers) | leat::map([](int x) { return std::pair(x, 1); }) | leat::reduce_by_key(std::plus{});
    std::size_t ours = 0, theirs = 0;
    auto times = bench::interleaved(
        5,
        [&] {
          auto all = counted.collect();
          bench::keep(all);
          ours = all.size();
        },
        [&] {
          std::unordered_map<int, int> all;
          for (const int x : numbers) all[x] += 1;
          bench::keep(all);
          theirs = all.size();
        });
    if (ours != theirs) return std::fprintf(stderr, "%zu keys in the place of %zu\n", ours, theirs), EXIT_FAILURE;
    const std::string name = "reduce_by_key/" + std::to_string(keys);
    bench::row(name, "unordered_map", times[0], times[1]);
    bench::row(name, "ideal", times[0], times[1] / static_cast<double>(slots));
  }
}
