// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <ranges>
#include <string>
#include <vector>

namespace source_iota {
namespace {

static_assert((leat::iota(1, 5) | leat::sum()) == 10);
static_assert((leat::iota(1) | leat::take(4) | leat::sum()) == 10);
static_assert(leat::iota(-2, 3).size() == 5);
static_assert(std::ranges::forward_range<decltype(leat::iota(1))>);
static_assert(std::ranges::borrowed_range<decltype(leat::iota(1, 2))>);
static_assert(!std::ranges::sized_range<decltype(leat::iota(1))>);

TEST_CASE("iota counts up to its end, or on") {
  CHECK((leat::iota(2, 5) | leat::to_vector()) == std::vector{2, 3, 4});
  CHECK((leat::iota(5, 5) | leat::count()) == 0);
  CHECK((leat::iota(5, 2) | leat::count()) == 0);
  CHECK((leat::iota(7) | leat::take(2) | leat::to_vector()) == std::vector{7, 8});
  std::vector<int> all;
  for (int x : leat::iota(0, 3)) all.push_back(x);
  for (int x : leat::iota(10) | leat::map([](int x) { return x * 2; }) | leat::take(2)) all.push_back(x);
  CHECK(all == std::vector{0, 1, 2, 20, 22});
}

TEST_CASE("two types meet in their common type") {
  auto n = leat::iota(0, std::size_t{3}) | leat::to_vector();
  static_assert(std::same_as<decltype(n), std::vector<std::size_t>>);
  CHECK(n == std::vector<std::size_t>{0, 1, 2});
  CHECK((leat::iota(0, 5'000'000'000) | leat::take(1) | leat::to_vector()) == std::vector<long>{0});
  CHECK((leat::iota(3u, -1) | leat::count()) == 0);
  CHECK_THROWS_AS(leat::iota(-1, 3u), leat::usage_error);
  CHECK((leat::iota('a', 'd') | leat::to<std::basic_string>()) == "abc");
}

TEST_CASE("iota at the ends of its type") {
  using limits = std::numeric_limits<int>;
  CHECK(leat::iota(limits::min(), limits::max()).size() == 4294967295u);
  CHECK((leat::iota(limits::max() - 2, limits::max()) | leat::count()) == 2);
  CHECK((leat::iota(static_cast<signed char>(-128), static_cast<signed char>(127)) | leat::count()) == 255);
  CHECK(leat::iota(static_cast<signed char>(-128), static_cast<signed char>(127)).size() == 255);
}

}  // namespace
}  // namespace source_iota
