// SPDX-License-Identifier: BSL-1.0
// Streams far larger than memory between C++ and workers, and the memory that both sides need: each side in turn is the slow
// one. usage: stream [--quick] [GIGABYTES]   (10 unless given; 1 with --quick)
#include <leat/leat.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <string>

#include "bench.hpp"
#include "child.hpp"

namespace {

constexpr std::size_t record = 1 << 20;

/// Runs `f(py)`, which yields the bytes that it has seen.
template <class F>
void measure(const char* name, std::size_t gigabytes, F f) {
  const leat::python py{{.interpreter = bench::interpreter(), .imports = {"zlib"}, .workers = 2}};
  bench::forget_peak();
  std::size_t seen = 0;
  const double seconds = bench::seconds([&] { seen = f(py); });
  bench::check(name, seen, gigabytes * 1024 * record);
  double workers = 0;
  for (const auto pid : py.worker_pids()) workers = std::max(workers, bench::megabytes(std::to_string(pid), "VmHWM"));
  std::printf("%s\t%zu\t%.3g\t%.3g\t%.0f\t%.0f\n", name, gigabytes, seconds, static_cast<double>(gigabytes) / seconds,
              bench::megabytes("self", "VmHWM"), workers);
  std::fflush(stdout);
}

std::size_t size_of(const leat::bytes& x) { return x.size(); }
std::size_t slow_size_of(const leat::bytes& x) {
  std::size_t sum = 0;
  for (int i = 0; i < 4; ++i)
    sum = std::accumulate(x.begin(), x.end(), sum,
                          [](std::size_t s, std::byte b) { return s * 31 + static_cast<std::size_t>(b); });
  bench::keep(sum);
  return x.size();
}

}  // namespace

int main(int argc, char** argv) try {
  std::size_t gigabytes = bench::quick(argc, argv) ? 1 : 10;
  for (int i = 1; i < argc; ++i)
    if (argv[i][0] != '-') gigabytes = std::strtoul(argv[i], nullptr, 10);
  const std::size_t records = gigabytes * 1024;
  const auto produced = leat::generate([] { return leat::bytes(record); }) | leat::take(records);
  std::puts("case\tGB\tseconds\tGB/s\tpeak MB\tpeak MB of a worker");
  auto source = [&](const leat::python<>& py) {
    return py.generate<leat::bytes>("lambda: (bytes(1 << 20) for _ in range(n))").bind("n", records);
  };
  measure("source", gigabytes, [&](auto& py) { return source(py) | leat::map(size_of) | leat::sum(); });
  measure("source, slow reader", gigabytes, [&](auto& py) { return source(py) | leat::map(slow_size_of) | leat::sum(); });
  measure("map both ways", gigabytes,
          [&](auto& py) { return produced | py.template map<leat::bytes>("lambda x: x") | leat::map(size_of) | leat::sum(); });
  measure("map, slow reader", gigabytes, [&](auto& py) {
    return produced | py.template map<leat::bytes>("lambda x: x") | leat::map(slow_size_of) | leat::sum();
  });
  measure("map, slow workers", gigabytes, [&](auto& py) {
    return produced | py.template map<std::size_t>("lambda x: zlib.crc32(x) * 0 + zlib.adler32(x) * 0 + len(x)") | leat::sum();
  });
} catch (const std::exception& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
