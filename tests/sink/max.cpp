// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "../core/probe.hpp"

namespace sink_max {
namespace {

static_assert((std::array{3, 9, 1, 4} | leat::max()) == 9);
static_assert((std::array{3., 9., 1., 4.} | leat::max()) == 9);

TEST_CASE("max is the greatest element, the first of equal ones") {
  probe::with_random_input([](const std::vector<int>& v) {
    if (v.empty()) return;
    CHECK((v | leat::max()) == *std::ranges::max_element(v));
    auto coarse = [](int x) { return x / 4; };
    CHECK((v | leat::max(coarse)) == *std::ranges::max_element(v, {}, coarse));
    CHECK((v | leat::max(std::less{}, coarse)) == *std::ranges::max_element(v, {}, coarse));
    CHECK((v | leat::max([](int a, int b) { return a % 5 < b % 5; })) ==
          *std::ranges::max_element(v, {}, [](int x) { return x % 5; }));
    CHECK((v | leat::max(std::greater{})) == *std::ranges::min_element(v));
  });
  const std::vector<std::pair<int, std::string>> pairs{{1, "b"}, {2, "a"}, {2, "b"}};
  using pair = std::pair<int, std::string>;
  CHECK((pairs | leat::max(&pair::second)) == pairs[0]);
  CHECK((std::vector{-3, -2} | leat::max()) == -2);
  CHECK((std::vector<std::string>{"b", "c", "a"} | leat::max()) == "c");
}

TEST_CASE("max of nothing throws") {
  CHECK_THROWS_WITH_AS(std::vector<int>() | leat::max(), "leat: max of no elements", leat::empty_dataset);
  CHECK_THROWS_WITH_AS(std::vector<std::string>() | leat::max(), "leat: max of no elements", leat::empty_dataset);
}

}  // namespace
}  // namespace sink_max
