// SPDX-License-Identifier: BSL-1.0
#include <leat/kit/order.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>

namespace kit_order {
namespace {

TEST_CASE("one function is a comparison or a projection, two are both") {
  leat::core::order<std::less<>, std::identity> less{{}, {}};
  CHECK(less.better<false>(1, 2));
  CHECK(!less.better<false>(2, 2));
  leat::core::order<std::greater<>, std::identity> greater{{}, {}};
  CHECK(greater.better<false>(2, 1));
  auto length = [](const std::string& s) { return s.size(); };
  leat::core::order<decltype(length), std::identity> shorter{length, {}};
  CHECK(shorter.better<false>(std::string("bb"), std::string("aaa")));
  leat::core::order<std::greater<>, decltype(length)> longer{{}, length};
  CHECK(longer.better<false>(std::string("aaa"), std::string("bb")));
  using pair = std::pair<int, int>;
  leat::core::order<int pair::*, std::identity> by_second{&pair::second, {}};
  CHECK(by_second.better<false>(pair{2, 1}, pair{1, 2}));
  struct opaque {};
  static_assert(!decltype(less)::orders<opaque>);
  static_assert(decltype(less)::orders<int>);
}

}  // namespace
}  // namespace kit_order
