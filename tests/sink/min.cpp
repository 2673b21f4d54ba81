// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "../core/probe.hpp"

namespace sink_min {
namespace {

static_assert((std::array{3, 9, 1, 4} | leat::min()) == 1);
static_assert((std::array{3., 9., 1., 4.} | leat::min()) == 1);

TEST_CASE("min is the least element, the first of equal ones") {
  probe::with_random_input([](const std::vector<int>& v) {
    if (v.empty()) return;
    CHECK((v | leat::min()) == *std::ranges::min_element(v));
    auto coarse = [](int x) { return x / 4; };
    CHECK((v | leat::min(coarse)) == *std::ranges::min_element(v, {}, coarse));
    CHECK((v | leat::min(std::less{}, coarse)) == *std::ranges::min_element(v, {}, coarse));
    CHECK((v | leat::min([](int a, int b) { return a % 5 < b % 5; })) ==
          *std::ranges::min_element(v, {}, [](int x) { return x % 5; }));
    CHECK((v | leat::min(std::greater{})) == *std::ranges::max_element(v));
  });
  const std::vector<std::pair<int, std::string>> pairs{{1, "b"}, {2, "a"}, {2, "b"}};
  using pair = std::pair<int, std::string>;
  CHECK((pairs | leat::min(&pair::second)) == pairs[1]);
  CHECK((std::vector{-3, -2} | leat::min()) == -3);
  CHECK((std::vector<std::string>{"b", "c", "a"} | leat::min()) == "a");
}

TEST_CASE("min of nothing throws") {
  CHECK_THROWS_WITH_AS(std::vector<int>() | leat::min(), "leat: min of no elements", leat::empty_dataset);
  CHECK_THROWS_WITH_AS(std::vector<std::string>() | leat::min(), "leat: min of no elements", leat::empty_dataset);
}

}  // namespace
}  // namespace sink_min
