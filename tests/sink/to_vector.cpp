// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "../core/probe.hpp"

namespace sink_to_vector {
namespace {

constexpr auto any = [](auto const&) { return true; };

static_assert((leat::iota(0, 100) | leat::to_vector()).size() == 100);

TEST_CASE("to_vector keeps all elements in order") {
  CHECK((std::vector{1, 2, 3} | leat::to_vector()) == std::vector{1, 2, 3});
  CHECK((std::vector<std::string>{"a", "b"} | leat::filter(any) | leat::to_vector()) == std::vector<std::string>{"a", "b"});
  CHECK((leat::iota(0) | leat::take(1000) | leat::to_vector()).size() == 1000);
  CHECK((std::vector{true, false} | leat::to_vector()) == std::vector{true, false});
  const std::vector<const char*> text{"x"};
  auto all = text | leat::to_vector();
  static_assert(std::same_as<decltype(all), std::vector<const char*>>);
}

TEST_CASE("room is made by the hint: for an exact size and a modest bound, not for a wild one") {
  const std::vector<int> v(1000, 1);
  CHECK((v | leat::to_vector()).capacity() == 1000);
  CHECK((v | leat::filter(any) | leat::to_vector()).capacity() == 1000);
  CHECK((leat::iota(0L, 1'000'000'000'000L) | leat::filter(any) | leat::take(3) | leat::to_vector()).size() == 3);
  auto rare = [](long x) { return x % 10 == 0; };
  CHECK((leat::iota(0L, 20'000'000L) | leat::take(9'000'000) | leat::filter(rare) | leat::take(20'000'000) | leat::to_vector())
            .size() == 900'000);
}

}  // namespace
}  // namespace sink_to_vector
