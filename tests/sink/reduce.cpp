// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace sink_reduce {
namespace {

static_assert((leat::iota(1, 6) | leat::reduce(std::multiplies{})) == 120);

TEST_CASE("reduce goes from left to right and needs no zero") {
  const std::vector<std::string> v{"a", "b", "c"};
  CHECK((v | leat::reduce(std::plus{})) == "abc");
  CHECK((std::vector{7} | leat::reduce(std::plus{})) == 7);
  auto longer = [](const std::string& a, const std::string& b) -> const std::string& { return a.size() < b.size() ? b : a; };
  CHECK((std::vector<std::string>{"aa", "bbbb", "ccc"} | leat::reduce(longer)) == "bbbb");
  CHECK((std::vector{3, 9, 4} | leat::reduce([](int a, int b) { return std::max(a, b); })) == 9);
}

TEST_CASE("reduce of nothing throws") {
  CHECK_THROWS_WITH_AS(std::vector<int>() | leat::reduce(std::plus{}), "leat: reduce of no elements", leat::empty_dataset);
}

}  // namespace
}  // namespace sink_reduce
