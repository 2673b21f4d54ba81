// SPDX-License-Identifier: BSL-1.0
#include <doctest/doctest.h>
#include <leat/native.hpp>

#include <range/v3/algorithm/equal.hpp>
#include <range/v3/range/conversion.hpp>
#include <range/v3/view/chunk.hpp>
#include <range/v3/view/iota.hpp>
#include <range/v3/view/transform.hpp>
#include <range/v3/view/zip.hpp>

#include <string>
#include <vector>

namespace rv = ranges::views;

TEST_CASE("range-v3's ranges are sources: sized, endless, of ranges, of proxies") {
  CHECK((rv::iota(1, 11) | leat::map([](int x) { return x * x; }) | leat::sum()) == 385);
  CHECK((rv::iota(1) | leat::filter([](int x) { return x % 7 == 0; }) | leat::take(3) | leat::to_vector()) == std::vector{7, 14, 21});

  std::vector<int> v{1, 2, 3, 4, 5};
  const auto sums = v | rv::chunk(2) | leat::map([](auto chunk) { return chunk | leat::sum(); }) | leat::to_vector();
  CHECK(sums == std::vector{3, 7, 5});

  std::vector<std::string> names{"a", "b"};
  const auto pairs = rv::zip(names, v) | leat::to_vector();
  CHECK(pairs[1].first == "b");
  CHECK(pairs[1].second == 2);
}

TEST_CASE("a bound pipeline is an input range to range-v3's algorithms") {
  std::vector<int> v{1, 2, 3, 4, 5, 6};
  const auto even = [](int x) { return x % 2 == 0; };
  CHECK(ranges::equal(v | leat::filter(even), std::vector{2, 4, 6}));
  static_assert(ranges::input_range<decltype(v | leat::filter(even))>);
}
