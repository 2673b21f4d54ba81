// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <vector>

namespace sink_count {
namespace {

TEST_CASE("count") {
  CHECK((std::vector{1, 2, 3} | leat::count()) == 3);
  CHECK((std::vector{1, 2, 3} | leat::filter([](int x) { return x > 1; }) | leat::count()) == 2);
  static_assert((leat::iota(0, 1000) | leat::count()) == 1000);
}

}  // namespace
}  // namespace sink_count
