// SPDX-License-Identifier: BSL-1.0
#include <doctest/doctest.h>

#include <cmath>
#include <leat/native.hpp>
#include <limits>
#include <vector>

#include "../core/probe.hpp"

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

}  // namespace
