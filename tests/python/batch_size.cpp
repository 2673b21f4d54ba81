// SPDX-License-Identifier: BSL-1.0
#include <leat/python/batch_size.hpp>

#include <cmath>
#include <random>

#include <doctest/doctest.h>

namespace {

using leat::python_detail::batch_size;
using leat::python_detail::batch_wishes;

constexpr double us = 1e3, ms = 1e6, second = 1e9;  // nanoseconds
constexpr std::size_t all = 16'384;

/// What a batch costs whose first record has a number.
using cost = std::function<double(std::size_t first, std::size_t n)>;

cost linear(double once, double each) {
  return [=](std::size_t, std::size_t n) { return once + each * static_cast<double>(n); };
}
cost squared(double each) {
  return [=](std::size_t, std::size_t n) { return 30 * us + each * std::pow(static_cast<double>(n), 2); };
}
template <class F>
cost of_records(F time) {
  return [=](std::size_t first, std::size_t n) {
    double t = 30 * us;
    for (std::size_t i = first; i != first + n; ++i) t += time(i);
    return t;
  };
}

/// Two workers that take turns, each batch measured as it ends; no real time.
struct run {
  double time = 0;
  std::vector<std::size_t> sizes{};
};
run simulate(batch_size& s, const cost& of, std::size_t records, double noise, bool sized) {
  std::mt19937 random(1);
  std::normal_distribution<double> factor(0, 1);
  struct flight {
    double end, time;
    std::size_t n;
  };
  std::vector<flight> out;
  double free[2] = {0, 0};
  run r;
  for (std::size_t i = 0; i < records;) {
    const std::size_t w = free[0] <= free[1] ? 0 : 1;
    const double now = free[w];
    std::erase_if(out, [&](const flight& f) {
      if (f.end <= now) s.measure(f.n, static_cast<std::uint64_t>(f.time));
      return f.end <= now;
    });
    const std::size_t n = std::min(s.next(sized ? records - i : ~std::size_t{0}, 2 - out.size(), 2), records - i);
    r.sizes.push_back(n);
    const double t = of(i, n) * std::exp(noise * factor(random));
    free[w] = now + t + 100 * us;
    out.push_back({free[w], t, n});
    i += n;
  }
  r.time = std::max(free[0], free[1]);
  return r;
}
double best_fixed(const cost& of, std::size_t records) {
  double best = 1e300;
  for (double n = 1; n <= static_cast<double>(std::min(records, all)); n = std::max(n + 1, n * 1.3)) {
    batch_size s(all, {static_cast<std::size_t>(n), static_cast<std::size_t>(n)});
    best = std::min(best, simulate(s, of, records, 0, false).time);
  }
  const std::size_t half = std::min((records + 1) / 2, all);
  batch_size halves(all, {half, half});
  return std::min(best, simulate(halves, of, records, 0, false).time);
}

TEST_CASE("sizes follow what batches cost") {
  const struct {
    const char* name;
    cost of;
    std::size_t records, low, high;  // the sizes that it comes to
    double first, again;             // of the speed with the best fixed size: when nothing is known; when that has been learnt
  } table[] = {
      {"fixed 20 ms", linear(20 * ms, 0), 10'000, 2'000, all, 0.15, 0.95},
      {"fixed 20 ms, 10 us each", linear(20 * ms, 10 * us), 10'000, 2'000, all, 0.35, 0.95},
      {"fixed 20 ms, 1 ms each", linear(20 * ms, 1 * ms), 10'000, 150, 170, 0.85, 0.85},
      {"fixed 1 s", linear(1 * second, 0), 100'000, all, all, 0.4, 0.95},
      {"fixed 1 s, 1 ms each", linear(1 * second, 1 * ms), 100'000, 7'000, 9'000, 0.85, 0.95},
      {"1 s each", linear(0, 1 * second), 100, 1, 1, 0.98, 0.98},
      {"1 ms each", linear(30 * us, 1 * ms), 10'000, 3, 10, 0.95, 0.95},
      {"100 us each", linear(30 * us, 100 * us), 100'000, 30, 50, 0.95, 0.95},
      {"1 us each", linear(30 * us, 1 * us), 1'000'000, 3'000, 5'000, 0.95, 0.95},
      {"30 ns each", linear(30 * us, 0.03 * us), 1'000'000, all, all, 0.95, 0.95},
      {"n^2 ms", squared(1 * ms), 10'000, 1, 1, 0.95, 0.95},
      {"n^2 times 10 us", squared(10 * us), 10'000, 3, 9, 0.6, 0.6},
      {"cheap and 1 ms by turns", of_records([](std::size_t i) { return i % 2 != 0 ? 1 * ms : 1 * us; }), 10'000, 5, 60, 0.95,
       0.95},
      {"one of a hundred 10 ms", of_records([](std::size_t i) { return i % 100 == 50 ? 10 * ms : 1 * us; }), 10'000, 20, 5'000,
       0.85, 0.9},
  };
  for (auto const& c : table)
    for (const double noise : {0.0, 0.05}) {
      CAPTURE(c.name);
      CAPTURE(noise);
      const double best = best_fixed(c.of, c.records), slack = noise == 0 ? 1 : 0.85;
      batch_size s(all, {});
      const run first = simulate(s, c.of, c.records, noise, true), again = simulate(s, c.of, c.records, noise, true);
      CHECK(first.sizes[0] == 1);
      CHECK(best / first.time >= slack * c.first);
      CHECK(best / again.time >= slack * c.again);
      if (noise != 0) continue;
      CHECK(s.limit() >= c.low);
      CHECK(s.limit() <= c.high);
    }
}

TEST_CASE("sizes are steady under noise, and an accident changes nothing") {
  batch_size s(all, {});
  simulate(s, linear(20 * ms, 10 * us), 100'000, 0, false);
  const std::size_t before = s.limit();
  const auto time = static_cast<std::uint64_t>(20 * ms + 10 * us * static_cast<double>(before));
  for (int i = 0; i < 100; ++i) s.measure(before, i % 10 == 5 ? 10 * time : time + time * static_cast<unsigned>(i % 7) / 50);
  CHECK(s.limit() >= before / 2);
}

TEST_CASE("sizes follow records that become dear, and cheap again") {
  batch_size s(all, {});
  simulate(s, linear(30 * us, 1 * us), 100'000, 0, false);
  CHECK(s.limit() > 2'000);
  simulate(s, linear(30 * us, 1 * ms), 50'000, 0, false);
  CHECK(s.limit() < 50);
  simulate(s, linear(30 * us, 1 * us), 500'000, 0, false);
  CHECK(s.limit() > 1'000);
}

TEST_CASE("sizes within what a user asks for, and a share for each worker") {
  const struct {
    batch_wishes wishes;
    cost of;
    std::size_t low, high;
  } table[] = {
      {{7, 7, 0}, linear(20 * ms, 0), 7, 7},
      {{4, 32, 0}, linear(20 * ms, 0), 32, 32},
      {{4, 32, 0}, linear(0, 1 * second), 4, 4},
      {{0, 0, 10'000'000}, linear(20 * ms, 1 * ms), 9, 11},
      {{0, 0, 1'000'000'000}, linear(20 * ms, 1 * ms), 450, 650},
      {{50'000, 50'000, 0}, linear(0, 1), 50'000, 50'000},
  };
  for (auto const& c : table) {
    batch_size s(all, c.wishes);
    for (const std::size_t n : simulate(s, c.of, 100'000, 0, false).sizes) CHECK((n <= c.high));
    CHECK(s.next() >= c.low);
    CHECK(s.next() <= c.high);
  }
  batch_size s(all, {});
  simulate(s, linear(20 * ms, 0), 100'000, 0, false);
  CHECK(s.next(1'000, 2, 8) == 500);
  CHECK(s.next(1'000, 8, 8) == 125);
  CHECK(s.next(8, 8, 8) == 1);
  CHECK(s.next(3, 8, 8) == 1);
}

}  // namespace
