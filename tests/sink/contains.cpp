// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "../core/probe.hpp"

namespace sink_contains {
namespace {

static_assert(std::array{1, 2, 3} | leat::contains(2));
static_assert(!(std::array{1, 2, 3} | leat::contains(4)));

TEST_CASE("contains says what the algorithm says") {
  probe::with_random_input([](const std::vector<int>& v) {
    for (int x : {-10, 0, 3}) CHECK((v | leat::contains(x)) == (std::ranges::find(v, x) != v.end()));
  });
  const std::vector<std::string> words{"a", "b"};
  CHECK((words | leat::contains("b")));
  CHECK((words | leat::contains(std::string_view("a"))));
  CHECK(!(words | leat::contains(std::string("c"))));
}

TEST_CASE("contains compares integers as numbers, and stops") {
  CHECK(!(std::vector{-1} | leat::contains(std::numeric_limits<unsigned>::max())));
  CHECK(!(std::vector{std::numeric_limits<std::uint64_t>::max()} | leat::contains(-1)));
  CHECK((std::vector{7u} | leat::contains(7L)));
  CHECK((std::vector{true} | leat::contains(1)));
  int asked = 0;
  CHECK((probe::counted(asked) | leat::contains(4u)));
  CHECK(asked == 5);
}

}  // namespace
}  // namespace sink_contains
