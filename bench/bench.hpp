// SPDX-License-Identifier: BSL-1.0
// What the benches share: medians of interleaved runs, and the lines that they print.
#ifndef LEAT_BENCH_BENCH_HPP
#define LEAT_BENCH_BENCH_HPP

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <type_traits>
#include <vector>

#include <time.h>

namespace bench {

/// The seconds that `f` takes.
template <class F>
double seconds(F&& f) {
  const auto begin = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// The processor's seconds that `f` takes in this thread: for loops that wait for nothing.
template <class F>
double cpu_seconds(F&& f) {
  auto now = [] {
    timespec t{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
  };
  const double begin = now();
  f();
  return now() - begin;
}

inline double median(std::vector<double> xs) {
  std::sort(xs.begin(), xs.end());
  return xs[xs.size() / 2];
}

/// The median seconds of each function, run in turns after one turn that does not count. A function that returns a double
/// has measured itself.
template <class... F>
std::vector<double> interleaved(std::size_t turns, F&&... fs) {
  std::vector<std::vector<double>> times(sizeof...(F));
  for (std::size_t turn = 0; turn <= turns; ++turn) {
    std::size_t i = 0;
    (
        [&](auto& f) {
          double s;
          if constexpr (std::is_same_v<decltype(f()), double>)
            s = f();
          else
            s = seconds(f);
          if (turn > 0) times[i].push_back(s);
          ++i;
        }(fs),
        ...);
  }
  std::vector<double> medians;
  for (auto& t : times) medians.push_back(median(std::move(t)));
  return medians;
}

inline void header() { std::puts("case\tpeer\tleat seconds\tpeer seconds\tratio"); }

/// One line; a ratio above 1 says that leat is faster.
inline void row(const std::string& name, const char* peer, double leat, double other) {
  std::printf("%s\t%s\t%.6g\t%.6g\t%.2f\n", name.c_str(), peer, leat, other, other / leat);
  std::fflush(stdout);
}

inline bool quick(int argc, char** argv) {
  return std::any_of(argv + 1, argv + argc, [](const char* a) { return std::strcmp(a, "--quick") == 0; });
}

/// Ends the program where a result is wrong: a fast wrong answer is no measurement.
template <class T>
void check(const std::string& what, const T& got, const T& expected) {
  if (got == expected) return;
  if constexpr (std::is_arithmetic_v<T>)
    std::fprintf(stderr, "%s: wrong result: %.17g where %.17g was expected\n", what.c_str(), static_cast<double>(got),
                 static_cast<double>(expected));
  else
    std::fprintf(stderr, "%s: wrong result\n", what.c_str());
  std::exit(1);
}

/// What /proc/PID/status tells of memory, such as VmHWM, in MB.
inline double megabytes(const std::string& pid, const std::string& field) {
  std::ifstream status("/proc/" + pid + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind(field + ":", 0) == 0) return std::stod(line.substr(field.size() + 1)) / 1024;
  return 0;
}
/// This process's peak (VmHWM) begins anew.
inline void forget_peak() { std::ofstream("/proc/self/clear_refs") << 5; }

/// Keeps the compiler from dropping what made `x`.
template <class T>
void keep(const T& x) {
  asm volatile("" : : "g"(&x) : "memory");
}

}  // namespace bench

#endif
