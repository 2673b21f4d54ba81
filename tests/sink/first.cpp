// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <vector>

#include "../core/probe.hpp"

namespace sink_first {
namespace {

TEST_CASE("first is a value, and asks for one element") {
  std::vector<int> v{4, 5};
  auto x = v | leat::first();
  static_assert(std::same_as<decltype(x), int>);
  CHECK(x == 4);
  int asked = 0;
  CHECK((probe::counted(asked) | leat::filter([](int n) { return n > 2; }) | leat::first()) == 3);
  CHECK(asked == 4);
  std::vector<std::unique_ptr<int>> pointers(1);
  CHECK((std::move(pointers) | leat::first()) == nullptr);
  static_assert((leat::iota(9) | leat::first()) == 9);
}

TEST_CASE("first of nothing throws") {
  CHECK_THROWS_AS(std::vector{1} | leat::filter([](int) { return false; }) | leat::first(), leat::empty_dataset);
}

}  // namespace
}  // namespace sink_first
