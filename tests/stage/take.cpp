// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <vector>

#include "../core/probe.hpp"

namespace stage_take {
namespace {

TEST_CASE("take equals its loop, and stops behind the nth element") {
  probe::with_random_input([](const std::vector<int>& v) {
    for (std::size_t n : {0, 1, 5, 100}) {
      std::vector<int> expected(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(std::min(n, v.size())));
      CHECK((v | leat::take(n) | leat::to_vector()) == expected);
    }
  });
  for (int n = 0; n < 5; ++n) {
    int asked = 0;
    CHECK((probe::counted(asked) | leat::take(n) | leat::count()) == static_cast<std::size_t>(n));
    CHECK(asked == n);
  }
}

TEST_CASE("a shorter take behind or before a longer one") {
  int asked = 0;
  CHECK((probe::counted(asked) | leat::take(5) | leat::take(2) | leat::count()) == 2);
  CHECK(asked == 2);
  CHECK((probe::counted(asked) | leat::take(2) | leat::take(5) | leat::count()) == 2);
  CHECK((leat::iota(0) | leat::take(3) | leat::flat_map([](int x) { return leat::iota(x); }) | leat::take(4) | leat::sum()) ==
        6);
}

TEST_CASE("a negative take is refused") {
  CHECK_THROWS_WITH_AS(leat::take(-1), "leat: take: the number of elements is negative", leat::usage_error);
}

}  // namespace
}  // namespace stage_take
