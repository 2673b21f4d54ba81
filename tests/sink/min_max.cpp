// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "../core/probe.hpp"

namespace sink_min_max {
namespace {

static_assert((std::array{3, 9, 1, 4} | leat::min_max()) == std::pair(1, 9));
static_assert((std::array{3., 9., 1., 4.} | leat::min_max()) == std::pair(1., 9.));

TEST_CASE("min_max is what min and max are") {
  probe::with_random_input([](const std::vector<int>& v) {
    if (v.empty()) return;
    auto coarse = [](int x) { return x / 4; };
    auto rest = [](int a, int b) { return a % 5 < b % 5; };
    CHECK((v | leat::min_max()) == std::pair(v | leat::min(), v | leat::max()));
    CHECK((v | leat::min_max(coarse)) == std::pair(v | leat::min(coarse), v | leat::max(coarse)));
    CHECK((v | leat::min_max(rest)) == std::pair(v | leat::min(rest), v | leat::max(rest)));
    CHECK((v | leat::min_max(std::greater{})) == std::pair(v | leat::max(), v | leat::min()));
    CHECK((v | leat::min_max(std::greater{}, coarse)) == std::pair(v | leat::max(coarse), v | leat::min(coarse)));
  });
  using pair = std::pair<int, std::string>;
  const std::vector<pair> v{{2, "b"}, {1, "c"}, {1, "a"}, {2, "d"}};
  CHECK((v | leat::min_max(&pair::first)) == std::pair(v[1], v[0]));
}

TEST_CASE("min_max copies one element, the first, of those that it owns") {
  auto v = probe::tracked_up_to(5);
  auto [least, greatest] = std::move(v) | leat::min_max(&probe::tracked::value);
  CHECK(least.value == 0);
  CHECK(greatest.value == 4);
  CHECK(probe::tracked::copies == 1);
}

TEST_CASE("min_max of nothing throws") {
  CHECK_THROWS_WITH_AS(std::vector<int>() | leat::min_max(), "leat: min_max of no elements", leat::empty_dataset);
  CHECK_THROWS_WITH_AS(std::vector<std::string>() | leat::min_max(), "leat: min_max of no elements", leat::empty_dataset);
}

}  // namespace
}  // namespace sink_min_max
