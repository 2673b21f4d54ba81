// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace sink_sum {
namespace {

TEST_CASE("sum adds in the element's type, or in the one given") {
  CHECK((std::vector{0.5, 0.25} | leat::sum()) == 0.75);
  CHECK((std::vector<std::string>{"a", "b"} | leat::sum()) == "ab");
  const std::vector<std::int32_t> large{2'000'000'000, 2'000'000'000};
  auto wide = large | leat::sum<std::int64_t>();
  static_assert(std::same_as<decltype(wide), std::int64_t>);
  CHECK(wide == 4'000'000'000);
  CHECK((std::vector<bool>{true, true, false} | leat::sum<int>()) == 2);
}

}  // namespace
}  // namespace sink_sum
