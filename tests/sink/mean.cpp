// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "../core/probe.hpp"

namespace sink_mean {
namespace {

static_assert((std::array{1, 2, 6} | leat::mean()) == 3);

TEST_CASE("mean is the sum by the count, of the elements or of a projection") {
  probe::with_random_input([](const std::vector<int>& v) {
    if (v.empty()) return;
    double sum = 0, squares = 0;
    for (int x : v) sum += x, squares += x * x;
    CHECK((v | leat::mean()) == sum / static_cast<double>(v.size()));
    CHECK((v | leat::mean([](int x) { return x * x; })) == squares / static_cast<double>(v.size()));
  });
  using pair = std::pair<int, float>;
  CHECK((std::vector<pair>{{1, 0.5f}, {2, 1.0f}} | leat::mean(&pair::second)) == 0.75);
}

TEST_CASE("mean of nothing is NaN") {
  static_assert(std::same_as<decltype(std::vector<int>() | leat::mean()), double>);
  CHECK(std::isnan(std::vector<int>() | leat::mean()));
}

}  // namespace
}  // namespace sink_mean
