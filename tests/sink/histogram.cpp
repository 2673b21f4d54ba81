// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include "../core/probe.hpp"

namespace sink_histogram {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity(), none = std::numeric_limits<double>::quiet_NaN();
using counts = std::vector<std::size_t>;

static_assert((std::array{1, 2, 3, 4} | leat::histogram({0, 2, 4})).counts == counts{1, 3});
static_assert((std::array{1, 2, 3, 4} | leat::histogram(2, 0, 4)).counts == counts{1, 3});
static_assert((std::array{0, 1, 2, 3, 4} | leat::histogram(4)).counts == counts{1, 1, 1, 2});

/// Bucket after bucket, each asked for itself.
leat::histogram_counts reference(const std::vector<double>& edges, const std::vector<double>& v) {
  leat::histogram_counts all{edges, counts(edges.size() - 1)};
  for (double x : v) {
    if (std::isnan(x)) ++all.nan;
    if (x < edges.front()) ++all.below;
    if (x > edges.back()) ++all.above;
    for (std::size_t i = edges.size() - 1; i-- > 0;)
      if (edges[i] <= x && (x < edges[i + 1] || (i + 2 == edges.size() && x == edges[i + 1]))) {
        ++all.counts[i];
        break;
      }
  }
  return all;
}

TEST_CASE("behaviour 6: histogram between edges; the last bucket is closed, the rest is counted apart") {
  const std::vector<double> v{-1, 0, 0.5, 1, 3, 10, 11, none, inf, -inf};
  const auto h = v | leat::histogram({0, 1, 3, 10});
  CHECK(h.edges == std::vector<double>{0, 1, 3, 10});
  CHECK(h.counts == counts{2, 1, 2});
  CHECK(h.below == 2);
  CHECK(h.above == 2);
  CHECK(h.nan == 1);
  CHECK((v | leat::histogram(std::array{0, 1, 3, 10})) == h);
  CHECK((v | leat::histogram(std::vector{0.f, 1.f, 3.f, 10.f})) == h);
}

TEST_CASE("behaviour 6: even buckets equal their edges, wherever the numbers fall") {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<double> any(-1, 1);
    const double scale = std::pow(10., any(random) * 300), low = any(random) * scale,
                 high = low + std::abs(any(random)) * scale;
    if (!(low < high)) continue;
    const std::size_t n = 1 + random() % 40;
    auto edges = (std::vector<double>() | leat::histogram(n, low, high)).edges;
    CHECK(edges.size() == n + 1);
    CHECK(edges.front() == low);
    CHECK(edges.back() == high);
    std::vector<double> v{none, inf, -inf};
    for (double e : edges)
      for (double x : {e, std::nextafter(e, inf), std::nextafter(e, -inf)}) v.push_back(x);
    for (int i = 0; i < 50; ++i) v.push_back(low + any(random) * (high - low) * 1.2);
    const auto expected = reference(edges, v);
    CHECK((v | leat::histogram(n, low, high)) == expected);
    CHECK((v | leat::histogram(edges)) == expected);
  }
}

TEST_CASE("even edges that are numbers are exact, and the others the nearest numbers") {
  struct row {
    int n;
    double low, high;
    std::function<double(int)> edge;
  };
  const double most = std::numeric_limits<double>::max(), tiny = std::numeric_limits<double>::denorm_min();
  const auto whole = [](double from, double step) { return [=](int i) { return from + i * step; }; };
  for (auto const& [n, low, high, edge] :
       {row{100, 0, 100, whole(0, 1)}, row{60, 0, 3600, whole(0, 60)}, row{365, 0, 365, whole(0, 1)},
        row{49, -7, 42, whole(-7, 1)}, row{10, 0, 1, [](int i) { return i / 10.; }},
        row{1000, 0, 1, [](int i) { return i / 1000.; }}, row{20, -1, 1, [](int i) { return (i - 10) / 10.; }},
        row{4, -most, most, [=](int i) { return (i - 2) * (most / 2); }},
        row{20, -1e308, 1e308, [](int i) { return (i - 10) * (1e308 / 10); }}, row{7, 0, 7 * tiny, whole(0, tiny)},
        row{3, 1e15, 1e15 + 0.75, whole(1e15, 0.25)}, row{100, 1e16, 1e16 + 200, whole(1e16, 2)}}) {
    CAPTURE(n);
    CAPTURE(high);
    const auto edges = (std::vector<double>() | leat::histogram(n, low, high)).edges;
    for (int i = 0; i <= n; ++i) CHECK(edges[static_cast<std::size_t>(i)] == edge(i));
  }
  CHECK((leat::iota(0, 100) | leat::histogram(100, 0, 100)).counts == counts([] {
          counts ones(100, 1);
          return ones;
        }()));
}

TEST_CASE("even buckets that are narrower than numbers are refused, others are counted") {
  const double up = std::nextafter(1., 2.), most = std::numeric_limits<double>::max();
  const double tiny = std::numeric_limits<double>::denorm_min();
  struct row {
    double low, high;
    std::size_t buckets;  // as many as fit
  };
  for (auto const& [low, high, fit] : {row{1, up, 1}, row{0, tiny, 1}, row{-most, most, 100}, row{-tiny, tiny, 2},
                                       row{1e300, 1.5e300, 100}, row{1e16, 1e16 + 8, 4}, row{0, 1, 100}})
    for (const std::size_t n : {1, 2, 4, 7, 100}) {
      CAPTURE(n);
      CAPTURE(low);
      const std::vector<double> v{low, high, 0, 1, up, -1e300, 1e300, tiny, -tiny, low / 2 + high / 2};
      if (n <= fit) {
        const auto h = v | leat::histogram(n, low, high);
        CHECK(h == reference(h.edges, v));
      } else {
        CHECK_THROWS_AS(leat::histogram(n, low, high), leat::usage_error);
        CHECK_THROWS_AS((std::vector{low, high} | leat::histogram(n)), leat::usage_error);
      }
    }
  for (const std::uint64_t n : {std::uint64_t{1} << 53, std::uint64_t{1} << 60, ~std::uint64_t{}})
    CHECK_THROWS_AS(leat::histogram(n, 1, 2), leat::usage_error);
  CHECK_THROWS_WITH_AS(
      (std::vector{1., up} | leat::histogram(100)),
      "leat: histogram: 100 buckets between these edges are narrower than numbers are apart; take fewer, or wider ones",
      leat::usage_error);
}

TEST_CASE("without edges: from the least to the greatest that is finite") {
  const std::vector<double> v{4, none, 0, 2, inf, 1};
  const auto h = v | leat::histogram(4);
  CHECK(h == reference({0, 1, 2, 3, 4}, v));
  CHECK((v | leat::histogram(4, 0, 4)) == h);
  CHECK((std::vector{7, 7} | leat::histogram(2)) == leat::histogram_counts{{6.5, 7, 7.5}, {0, 2}});
  const std::vector<double> large{1e300, 1e300}, widest{-1e308, 1e308, 0};
  CHECK((large | leat::histogram(3)).counts == counts{0, 2, 0});
  for (const double x : {std::numeric_limits<double>::max(), -std::numeric_limits<double>::max(), 1e17, 0.})
    CHECK(((std::vector{x, x, x} | leat::histogram(9)).counts | leat::sum()) == 3);
  CHECK((widest | leat::histogram(2)).counts == counts{1, 2});
  CHECK_THROWS_WITH_AS((std::vector{none, inf} | leat::histogram(3)),
                       "leat: histogram of no numbers: give it the least and the greatest", leat::empty_dataset);
}

TEST_CASE("histogram of a projection") {
  using pair = std::pair<int, double>;
  const std::vector<pair> v{{1, 0.5}, {2, 1.5}, {3, 1.75}};
  CHECK((v | leat::histogram({0, 1, 2}, &pair::second)).counts == counts{1, 2});
  CHECK((v | leat::histogram(2, 0, 2, &pair::second)).counts == counts{1, 2});
  CHECK((v | leat::histogram(2, [](const pair& p) { return p.first; })).counts == counts{1, 2});
}

TEST_CASE("behaviour 6: histogram refuses what is none") {
  CHECK_THROWS_AS(leat::histogram({1}), leat::usage_error);
  CHECK_THROWS_AS(leat::histogram({1, 1}), leat::usage_error);
  CHECK_THROWS_AS(leat::histogram({1, none}), leat::usage_error);
  CHECK_THROWS_AS(leat::histogram(std::vector<double>()), leat::usage_error);
  CHECK_THROWS_AS(leat::histogram(0), leat::usage_error);
  CHECK_THROWS_AS(leat::histogram(-1, 0, 1), leat::usage_error);
  CHECK_THROWS_AS(leat::histogram(3, 1, 1), leat::usage_error);
  CHECK_THROWS_AS(leat::histogram(3, 0, inf), leat::usage_error);
  CHECK_THROWS_AS(leat::histogram(3, -inf, 0), leat::usage_error);
  CHECK_THROWS_AS(leat::histogram(3, none, 1), leat::usage_error);
  CHECK_THROWS_AS(leat::histogram(3, 0, none), leat::usage_error);
  CHECK_THROWS_AS(leat::histogram(3, 2, 1), leat::usage_error);
}

}  // namespace
}  // namespace sink_histogram
