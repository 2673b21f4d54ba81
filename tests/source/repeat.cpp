// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <ranges>
#include <string>
#include <vector>

#include "../stage/support.hpp"

namespace source_repeat {
namespace {

using vector = std::vector<int>;

static_assert((leat::repeat(7, 3) | leat::sum()) == 21);
static_assert((leat::repeat(7) | leat::take(2) | leat::sum()) == 14);
static_assert(leat::repeat('x', 4u).size() == 4);
static_assert(std::ranges::forward_range<const decltype(leat::repeat(1))>);
static_assert(std::ranges::sized_range<decltype(leat::repeat(1, 2))>);
static_assert(!std::ranges::sized_range<decltype(leat::repeat(1))>);

TEST_CASE("repeat equals its loop") {
  for (int n : {0, 1, 2, 30}) {
    CAPTURE(n);
    const vector expected(static_cast<std::size_t>(n), 5);
    const auto all = leat::repeat(5, n);
    for (int pass = 0; pass < 2; ++pass) {
      CHECK((all | leat::to_vector()) == expected);
      CHECK(probe::pulled(all) == expected);
    }
    CHECK((leat::repeat(5) | leat::take(n) | leat::to_vector()) == expected);
    CHECK(probe::pulled(leat::repeat(5, n) | leat::filter([](int) { return true; })) == expected);
    CHECK((leat::repeat(5, n) | probe::hint_sink()).n == expected.size());
    CHECK((leat::repeat(5, n) | probe::hint_sink()).known == leat::start_info::exact);
  }
  CHECK(leat::repeat(5, 5'000'000'000).size() == 5'000'000'000u);
}

TEST_CASE("repeat of a negative number") {
  CHECK_THROWS_AS(leat::repeat(1, -1), leat::usage_error);
  CHECK_THROWS_AS(leat::repeat(1, -1L), leat::usage_error);
}

TEST_CASE("the value is held once, and its elements are const references to it") {
  const std::string longer(40, 'x');
  const auto all = leat::repeat(longer, 3);
  for (const std::string& s : all) CHECK(&s == &*all.begin());
  CHECK((leat::repeat(longer, 3) | leat::to_vector()) == std::vector<std::string>(3, longer));
  probe::tracked::reset();
  CHECK((leat::repeat(probe::tracked(2), 5) | leat::map(&probe::tracked::value) | leat::sum()) == 10);
  CHECK(probe::tracked::copies == 0);
  CHECK((leat::repeat(std::make_unique<int>(3), 4) | leat::map([](auto const& p) { return *p; }) | leat::sum()) == 12);
}

TEST_CASE("the iterators go over the value as often as there are elements") {
  const auto all = leat::repeat(std::string("ab"), 2);
  auto i = all.begin(), j = i;
  CHECK(i == j);
  CHECK(i++ == j);
  CHECK(i != j);
  CHECK(i->size() == 2);
  CHECK(++i == all.end());
  CHECK(std::ranges::distance(all) == 2);
}

}  // namespace
}  // namespace source_repeat
