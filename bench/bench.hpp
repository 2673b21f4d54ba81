// SPDX-License-Identifier: BSL-1.0
// What the benches share: timing, interleaved medians, the table.
#ifndef LEAT_BENCH_BENCH_HPP
#define LEAT_BENCH_BENCH_HPP

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

struct options {
  bool quick = false;  // ends within 40 s
  std::string only{};  // a part of the names of the cases to run; empty: all
};

/// Reads `--quick` and `--only NAME`; anything else prints the usage and ends the program.
inline options parse(int argc, char** argv) {
  options o;
  for (int i = 1; i < argc; ++i) {
    const std::string_view arg = argv[i];
    if (arg == "--quick")
      o.quick = true;
    else if (arg == "--only" && i + 1 < argc)
      o.only = argv[++i];
    else
      std::fprintf(stderr, "usage: %s [--quick] [--only NAME]\n", argv[0]), std::exit(2);
  }
  return o;
}

/// Seconds that `f()` takes.
template <class F>
double seconds(F&& f) {
  const auto start = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Ends the program where a result is wrong: a fast wrong answer is no measurement.
template <class T, class U>
void check(std::string_view what, const T& got, const U& expected) {
  if (got == expected) return;
  std::fprintf(stderr, "%.*s: wrong result\n", static_cast<int>(what.size()), what.data());
  std::exit(1);
}

inline double median(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  const std::size_t half = times.size() / 2;
  return times.size() % 2 ? times[half] : (times[half - 1] + times[half]) / 2;
}

/// One way to do a case's work; `run` returns the seconds that it took.
struct contender {
  std::string name;
  std::function<double()> run;
};

/// The median seconds of each contender. They run in turn, each round in another order, after a round that does not count.
inline std::vector<double> medians(const std::vector<contender>& contenders, int rounds) {
  const std::size_t n = contenders.size();
  std::vector<std::vector<double>> times(n);
  for (int round = -1; round < rounds; ++round)
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t k = (i + static_cast<std::size_t>(round + 1)) % n;
      const double t = contenders[k].run();
      if (round >= 0) times[k].push_back(t);
    }
  std::vector<double> result;
  for (auto& t : times) result.push_back(median(std::move(t)));
  return result;
}

inline void head() { std::printf("case\tpeer\tleat seconds\tpeer seconds\tratio\n"); }

/// One line of the table; a ratio above 1 says that leat is faster.
inline void row(const std::string& name, const std::string& peer, double leat, double other) {
  std::printf("%s\t%s\t%.6f\t%.6f\t%.2f\n", name.c_str(), peer.c_str(), leat, other, other / leat);
  std::fflush(stdout);
}

}  // namespace bench

#endif
