// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <ranges>
#include <vector>

#include "../stage/support.hpp"

namespace source_random {
namespace {

template <class T>
using limits = std::numeric_limits<T>;

static_assert((leat::random(1) | leat::first()) == 0x910a2dec89025cc1u);
static_assert((leat::random(1, 1, 6) | leat::take(100) | leat::all_of([](int x) { return 1 <= x && x <= 6; })));
static_assert(std::ranges::view<decltype(leat::random(1))>);
static_assert(std::ranges::borrowed_range<decltype(leat::random(1, 0.0, 1.0))>);
static_assert(!std::ranges::sized_range<decltype(leat::random(1))>);

/// Pearson's statistic of how often each of `cells` equally likely numbers from 0 on came.
template <class R>
double unevenness(R numbers, std::size_t cells) {
  constexpr std::size_t n = 100'000;
  std::vector<std::size_t> seen(cells);
  numbers | leat::take(n) | leat::for_each([&](auto x) { ++seen[static_cast<std::size_t>(x)]; });
  const double expected = static_cast<double>(n) / static_cast<double>(cells);
  return seen | leat::map([&](std::size_t k) {
           const double off = static_cast<double>(k) - expected;
           return off * off / expected;
         }) |
         leat::sum();
}

TEST_CASE("the numbers of a seed are the same always, as published for SplitMix64") {
  // Vigna's splitmix64.c, seed 1234567.
  CHECK((leat::random(1234567) | leat::take(3) | leat::to_vector()) ==
        std::vector<std::uint64_t>{6457827717110365317u, 3203168211198807973u, 9817491932198370423u});
}

TEST_CASE("each pass begins anew, and seeds differ") {
  const auto all = leat::random(7, -5, 5);
  const auto some = all | leat::take(50) | leat::to_vector();
  CHECK((all | leat::take(50) | leat::to_vector()) == some);
  CHECK(probe::pulled(all | leat::take(50)) == some);
  CHECK((leat::random(8, -5, 5) | leat::take(50) | leat::to_vector()) != some);
}

template <class T>
void whole() {
  auto all = leat::random(3, limits<T>::min(), limits<T>::max()) | leat::take(20'000);
  static_assert(std::same_as<typename decltype(all)::out, T>);
  const auto [least, greatest] = all | leat::min_max();
  const double width = static_cast<double>(limits<T>::max()) - static_cast<double>(limits<T>::min());
  CHECK(static_cast<double>(least) - static_cast<double>(limits<T>::min()) <= width / 100);
  CHECK(static_cast<double>(limits<T>::max()) - static_cast<double>(greatest) <= width / 100);
}

TEST_CASE("integers from the whole of their type, from one number, and at its ends") {
  whole<std::int8_t>();
  whole<std::uint8_t>();
  whole<std::int32_t>();
  whole<std::int64_t>();
  whole<std::uint64_t>();
  auto within = [](auto low, auto high) {
    CAPTURE(low);
    CAPTURE(high);
    const auto [least, greatest] = leat::random(5, low, high) | leat::take(1000) | leat::min_max();
    CHECK(least == low);
    CHECK(greatest == high);
  };
  within(4, 4);
  within(-1, 1);
  within(limits<int>::max() - 1, limits<int>::max());
  within(limits<std::int64_t>::min(), limits<std::int64_t>::min() + 3);
  within(limits<std::uint64_t>::max() - 1, limits<std::uint64_t>::max());
  within(false, true);
  within('a', 'e');
  within(short{-3}, short{3});
}

TEST_CASE("floating point numbers stay below the upper bound") {
  auto below = [](auto low, auto high) {
    CAPTURE(low);
    CHECK((leat::random(11, low, high) | leat::take(100'000) | leat::all_of([=](auto x) { return low <= x && x < high; })));
  };
  below(0.0, 1.0);
  below(0.0f, 1.0f);
  below(-1e300, 1e300);
  below(1.0, 1.0000000000000002);
  below(16777216.0f, 16777218.0f);
  CHECK((leat::random(1, 2.5, 2.5) | leat::first()) == 2.5);
}

TEST_CASE("the numbers are roughly even") {
  CHECK(unevenness(leat::random(1, 0, 5), 6) < 20.5);  // exceeded once in a thousand seeds
  CHECK(unevenness(leat::random(2, 0, 99), 100) < 148.2);
  CHECK(unevenness(leat::random(3, 0.0, 10.0), 10) < 27.9);
  CHECK(unevenness(leat::random(4, 0.0f, 10.0f), 10) < 27.9);
  CHECK(unevenness(leat::random(5) | leat::map([](std::uint64_t x) { return x >> 60; }), 16) < 37.7);
  CHECK(unevenness(leat::random(6) | leat::map([](std::uint64_t x) { return x & 15; }), 16) < 37.7);
}

TEST_CASE("bounds that are none") {
  CHECK_THROWS_AS(leat::random(1, 2, 1), leat::usage_error);
  CHECK_THROWS_AS(leat::random(1, 0.5, 0.25), leat::usage_error);
  CHECK_THROWS_AS(leat::random(1, limits<double>::quiet_NaN(), 1.0), leat::usage_error);
  CHECK_THROWS_AS(leat::random(1, 0.0, limits<double>::infinity()), leat::usage_error);
  CHECK_THROWS_AS(leat::random(1, limits<double>::lowest(), limits<double>::max()), leat::usage_error);
}

}  // namespace
}  // namespace source_random
