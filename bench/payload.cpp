// SPDX-License-Identifier: BSL-1.0
// Records of 1 byte to 1 MB through two workers. Peer: multiprocessing.Pool.imap with the chunk size that is best for the case
// (payload.py). A case is FUNCTION/BYTES; the sizes of leat's batches adjust themselves.
// usage: payload [--quick]
#include <leat/leat.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "bench.hpp"
#include "child.hpp"

namespace {

const std::string folder = LEAT_BENCH_FOLDER;

// As payload.py makes it.
std::string record(std::size_t size) {
  if (size <= 2) return "7";
  std::string text = "[7";
  for (std::size_t i = 1; i < (size - 1) / 2; ++i) text += ",7";
  return text + "]";
}

struct weigh {
  std::int64_t operator()(std::int64_t x) const { return x; }
  std::int64_t operator()(const std::string& s) const { return static_cast<std::int64_t>(s.size()); }
  std::int64_t operator()(const std::vector<std::int64_t>& v) const { return static_cast<std::int64_t>(v.size()); }
};

struct setup {
  bool quick;
  leat::python<> leat{{.interpreter = bench::interpreter(), .imports = {}, .path = {folder}, .workers = 2}};
  bench::child pool{{bench::interpreter(), folder + "/payload.py"}};
};

double ask(setup& s, const std::string& work, std::size_t chunk, std::int64_t expected) {
  s.pool.say(work + " " + std::to_string(chunk));
  std::istringstream answer(s.pool.line());
  double seconds = 0;
  std::int64_t weight = 0;
  answer >> seconds >> weight;
  bench::check(work, weight, expected);
  return seconds;
}

template <class Out>
void compare(setup& s, const std::string& function, std::size_t size, std::size_t count) {
  const std::vector<std::string> data(count, record(size));
  const auto stage = s.leat.map<Out>("payload:" + function) | leat::map(weigh{});
  std::int64_t expected = data | stage | leat::sum();
  const std::string work = function + " " + std::to_string(size) + " " + std::to_string(count);
  std::size_t best = 1;
  double shortest = 1e9;
  for (std::size_t chunk = 1; chunk <= std::max<std::size_t>(1, count / 4) && chunk <= 4096; chunk *= 8) {
    if (count / chunk > 100'000) continue;
    const double t = ask(s, work, chunk, expected);
    if (t < shortest) shortest = t, best = chunk;
  }
  const auto times = bench::interleaved(
      s.quick ? 3 : 7, [&] { bench::check(work, data | stage | leat::sum(), expected); },
      [&] { return ask(s, work, best, expected); });
  bench::row(function + "/" + std::to_string(size), ("Pool.imap, chunks of " + std::to_string(best)).c_str(), times[0],
             times[1]);
}

}  // namespace

int main(int argc, char** argv) try {
  setup s{bench::quick(argc, argv)};
  bench::header();
  for (std::size_t size = 1; size <= 1'000'000; size *= 10) {
    const std::size_t bytes = s.quick ? 16'000'000 : 64'000'000;
    const std::size_t count = std::clamp<std::size_t>(bytes / size, 32, s.quick ? 100'000 : 400'000);
    compare<std::string>(s, "identity", size, count);
    compare<std::int64_t>(s, "length", size, count);
    if (size == 1)
      compare<std::int64_t>(s, "parse", size, count);
    else
      compare<std::vector<std::int64_t>>(s, "parse", size, count);
  }
} catch (const std::exception& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
