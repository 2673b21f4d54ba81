// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <vector>

#include "../core/probe.hpp"

namespace stage_filter {
namespace {

TEST_CASE("filter equals its loop") {
  probe::with_random_input([](const std::vector<int>& v) {
    std::vector<int> expected;
    for (int x : v)
      if (x % 3 == 0) expected.push_back(x);
    CHECK((v | leat::filter([](int x) { return x % 3 == 0; }) | leat::to_vector()) == expected);
  });
}

TEST_CASE("filter shows a const element and passes on the element itself") {
  std::vector<int> v{1, 2, 3};
  v | leat::filter([](const int& x) { return x != 2; }) | leat::for_each([](int& x) { x = 0; });
  CHECK(v == std::vector{0, 2, 0});
}

}  // namespace
}  // namespace stage_filter
