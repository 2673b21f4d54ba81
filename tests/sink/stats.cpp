// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "../core/probe.hpp"

namespace sink_stats {
namespace {

TEST_CASE("stats equals two passes") {
  probe::with_random_input([](const std::vector<int>& v) {
    if (v.empty()) return;
    double mean = 0, variance = 0;
    for (int x : v) mean += x;
    mean /= static_cast<double>(v.size());
    for (int x : v) variance += (x - mean) * (x - mean);
    const auto s = v | leat::stats();
    CHECK(s.count == v.size());
    CHECK(s.mean == doctest::Approx(mean));
    CHECK(s.variance == doctest::Approx(variance / static_cast<double>(v.size())));
    CHECK(s.deviation() == doctest::Approx(std::sqrt(variance / static_cast<double>(v.size()))));
    CHECK(s.min == (v | leat::min()));
    CHECK(s.max == (v | leat::max()));
    if (v.size() > 1) CHECK(s.sample_variance() == doctest::Approx(variance / static_cast<double>(v.size() - 1)));
  });
}

TEST_CASE("stats stays exact where squares would lose everything") {
  const auto s = std::vector{1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16} | leat::stats();
  CHECK(s.mean == 1e9 + 10);
  CHECK(s.variance == 22.5);
  CHECK(s.sample_variance() == 30);
}

TEST_CASE("stats of nothing, of one, with NaN") {
  const auto none = std::vector<double>() | leat::stats();
  CHECK(none.count == 0);
  CHECK(std::isnan(none.mean));
  CHECK(std::isnan(none.variance));
  CHECK(std::isnan(none.min));
  const auto one = std::vector{3} | leat::stats();
  CHECK(one.variance == 0);
  CHECK(std::isnan(one.sample_variance()));
  const auto some = std::vector{1., std::numeric_limits<double>::quiet_NaN(), 3.} | leat::stats();
  CHECK(some.count == 3);
  CHECK(std::isnan(some.mean));
  CHECK(some.min == 1);
  CHECK(some.max == 3);
}

/// Mean and variance in two passes.
std::pair<double, double> two_passes(const std::vector<double>& v) {
  long double mean = 0, squares = 0;
  for (double x : v) mean += (x - static_cast<long double>(v[0])) / static_cast<long double>(v.size());
  mean += v[0];
  for (double x : v) squares += (x - mean) * (x - mean);
  return {static_cast<double>(mean), static_cast<double>(squares / static_cast<long double>(v.size()))};
}

/// One state a part, merged in their order.
template <class K>
auto in_parts(const std::vector<double>& v, const K& sink, std::size_t parts) {
  using state = typename K::template state<const double&>;
  state all(leat::core::make_state<const double&>(sink));
  for (std::size_t p = 0; p < parts; ++p) {
    state part(leat::core::make_state<const double&>(sink));
    for (std::size_t i = v.size() * p / parts; i < v.size() * (p + 1) / parts; ++i) part(v[i]);
    all.merge(std::move(part));
  }
  return all.result();
}

TEST_CASE("stats and mean: one loop and any number of partitions agree, where running means would stand still") {
  const auto noise = [](std::size_t i) { return static_cast<double>(i * 7919 % 10007) / 10007; };
  const std::pair<const char*, std::function<double(std::size_t)>> inputs[] = {
      {"two levels", [](std::size_t i) { return i < 50'000 ? 1e12 : 1e12 + 1; }},
      {"seconds since 1970", [&](std::size_t i) { return 1.7e9 + noise(i); }},
      {"seconds, ascending", [&](std::size_t i) { return 1.7e9 + static_cast<double>(i) * 1e-3; }},
      {"one far away, first", [&](std::size_t i) { return i == 0 ? 1e10 : noise(i); }},
      {"one far away, last", [&](std::size_t i) { return i == 99'999 ? 1e10 : noise(i); }},
      {"near, then far", [&](std::size_t i) { return i < 300 ? noise(i) : 1e12 + noise(i); }},
      {"of both signs", [&](std::size_t i) { return (i % 2 == 0 ? 1e8 : -1e8) + noise(i); }},
      {"of all sizes", [](std::size_t i) { return std::pow(10., static_cast<double>(i % 40)); }},
      {"all the same", [](std::size_t) { return 0.1; }},
  };
  for (auto const& [name, input] : inputs) {
    CAPTURE(std::string(name));
    std::vector<double> v(100'000);
    for (std::size_t i = 0; i < v.size(); ++i) v[i] = input(i);
    const auto [mean, variance] = two_passes(v);
    auto near = [](double x, double to, double by = 1e-12) { return std::abs(x - to) <= by * std::abs(to); };
    CHECK(near(v | leat::mean(), mean, 1e-9));
    for (const std::size_t parts : {1, 2, 3, 64, 1000}) {
      CAPTURE(parts);
      const auto s = in_parts(v, leat::stats(), parts);
      CHECK(s.count == v.size());
      CHECK(near(s.mean, mean, 1e-9));
      CHECK(near(in_parts(v, leat::mean(), parts), mean, 1e-9));
      CHECK(near(s.variance, variance));
      CHECK(s.min == *std::min_element(v.begin(), v.end()));
    }
  }
  const auto two = leat::concat(leat::repeat(1e12, 50000), leat::repeat(1e12 + 1, 50000)) | leat::stats();
  CHECK(two.mean == 1e12 + 0.5);
  CHECK(two.variance == doctest::Approx(0.25).epsilon(1e-12));
  CHECK((std::vector<double>(1000, 0.1) | leat::stats()).variance == 0);
}

TEST_CASE("stats of infinities, and of numbers whose squares are none") {
  constexpr double inf = std::numeric_limits<double>::infinity(), none = std::numeric_limits<double>::quiet_NaN();
  struct row {
    std::vector<double> v;
    double mean, variance;
  };
  for (auto const& [v, mean, variance] :
       {row{{1, inf, 2}, inf, none}, row{{-inf, 1}, -inf, none}, row{{inf, -inf}, none, none}, row{{1e308, 1e308}, 1e308, 0},
        row{{1e308, 1.5e308}, 1.25e308, inf}, row{{-1e308, 1e308}, 0, inf}, row{{0x1p700, 0x1.8p701}, 0x1p701, inf}})
    for (const std::size_t parts : {1, 2, 3}) {
      const auto s = in_parts(v, leat::stats(), parts);
      CHECK((std::isnan(mean) ? std::isnan(s.mean) : s.mean == mean));
      CHECK((std::isnan(variance) ? std::isnan(s.variance) : s.variance == variance));
    }
}

}  // namespace
}  // namespace sink_stats
