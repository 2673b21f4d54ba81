// SPDX-License-Identifier: BSL-1.0
// What arrays cost on their way to numpy and back: 100 million elements through `lambda a: a * 2 + 1`, with one worker and
// with two, out of memory and (`_made`) made one by one on the way. Peers:
//   numpy+2copies  the same expression over batches of 256 KB inside one interpreter, with one copy each way (columns.py)
//   socket         leat with the same batches, but their bytes in the frames instead of shared memory
// The last lines tell how much memory the runs of a case took beyond their input.
// usage: columns [--quick] [CASE]
#include <leat/leat.hpp>

#include <cstdint>
#include <cstring>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "bench.hpp"
#include "child.hpp"

namespace {

struct framed : leat::columns {
  static constexpr bool shared_memory = false;
};

using pair = std::tuple<std::int64_t, double>;
const char* const expression = "lambda a: a * 2 + 1";

template <class T>
T element(std::size_t i) {
  if constexpr (std::is_same_v<T, pair>)
    return {static_cast<std::int64_t>(i % 1000), static_cast<double>(i % 1000)};
  else
    return static_cast<T>(i % 1000);
}
template <class T>
std::int64_t whole(const T& x) {
  if constexpr (std::is_same_v<T, pair>)
    return std::get<0>(x);
  else
    return static_cast<std::int64_t>(x);
}

struct setup {
  bool quick;
  std::string only;  // the case to run; empty: all
  std::size_t elements() const { return quick ? 10'000'000 : 100'000'000; }
  std::size_t turns() const { return quick ? 5 : 7; }
};

/// Copies the results into a small ring, as one that hands them on would; yields their number and the last.
struct ring_sink : leat::sink_base {
  static constexpr std::size_t size = 32768;

  template <class In>
  static consteval bool accepts() {
    return true;
  }
  template <class In>
  struct state {
    using value = std::remove_cvref_t<In>;
    std::vector<value> ring = std::vector<value>(size);
    std::size_t count = 0;

    explicit state(const ring_sink&) {}
    bool start(leat::start_info) { return true; }
    bool operator()(In&& x) {
      ring[count++ % size] = x;
      return true;
    }
    bool block(const value* first, std::size_t n) {
      while (n != 0) {
        const std::size_t some = std::min(n, size - count % size);
        std::memcpy(ring.data() + count % size, first, some * sizeof(value));
        count += some;
        first += some;
        n -= some;
      }
      return true;
    }
    std::pair<std::size_t, value> result() { return {count, ring[(count - 1) % size]}; }
  };
};

template <class T, class Wire, class Source>
std::int64_t run(const leat::python<Wire>& py, const char* function, std::size_t n, Source source) {
  const auto [count, last] = source() | py.template map_batches<T>(function) | ring_sink{};
  return count == n ? whole(last) : -1;
}

template <class T>
void compare(const setup& s, const std::string& type, const char* function, std::size_t workers) {
  const std::string name = type + "/" + std::to_string(workers);
  if (!s.only.empty() && s.only != name && s.only != type) return;
  const std::size_t n = s.elements();
  std::vector<T> data(n);
  for (std::size_t i = 0; i < n; ++i) data[i] = element<T>(i);
  bench::child numpy({bench::interpreter(), LEAT_BENCH_FOLDER "/columns.py"});
  const leat::python<leat::columns> shared{{.workers = workers}};
  const leat::python<framed> socket{{.workers = workers}};
  const std::int64_t expected = static_cast<std::int64_t>((n - 1) % 1000) * (type == "pair" ? 1 : 2) + 1;
  const std::size_t batch = 256 * 1024 / sizeof(T);  // numpy's best here: 512 KB take 1.1 times as long

  auto timed = [&](const auto& py, auto source) {
    std::int64_t last = 0;
    const double t = bench::seconds([&] { last = run<T>(py, function, n, source); });
    bench::check(name, last, expected);
    return t;
  };
  auto stored = [&]() -> auto& { return data; };
  auto made = [&] { return leat::iota(std::size_t{0}, n) | leat::map(element<T>); };
  double most = 0;
  const auto times = bench::interleaved(
      s.turns(),
      [&] {
        bench::forget_peak();
        const double before = bench::megabytes("self", "VmRSS"), t = timed(shared, stored);
        most = std::max(most, bench::megabytes("self", "VmHWM") - before);
        return t;
      },
      [&] { return type == "double" ? timed(shared, made) : 0.0; }, [&] { return timed(socket, stored); },
      [&] {
        numpy.say(type + " " + std::to_string(n) + " " + std::to_string(batch));
        std::istringstream answer(numpy.line());
        double seconds = 0;
        std::int64_t last = 0;
        answer >> seconds >> last;
        bench::check(name + " numpy", last, expected);
        return seconds;
      });
  bench::row(name, "numpy+2copies", times[0], times[3]);
  bench::row(name, "socket", times[0], times[2]);
  if (type == "double") bench::row(name + "_made", "numpy+2copies", times[1], times[3]);
  std::printf("# %s: %.1f MB beyond the input, %.2f ns an element\n", name.c_str(), most,
              times[0] / static_cast<double>(n) * 1e9);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) try {
  const setup s{bench::quick(argc, argv), argc > 1 && argv[argc - 1][0] != '-' ? argv[argc - 1] : ""};
  bench::header();
  for (const std::size_t workers : {1, 2}) {
    compare<double>(s, "double", expression, workers);
    compare<std::int64_t>(s, "int64", expression, workers);
    compare<float>(s, "float", expression, workers);
    compare<pair>(s, "pair", "lambda c: (c[0] + 1, c[1] * 2 + 1)", workers);
  }
} catch (const std::exception& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
