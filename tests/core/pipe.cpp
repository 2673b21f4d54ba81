// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <vector>

namespace core_pipe {
namespace {

constexpr auto id = [](int x) { return x; };
constexpr auto yes = [](int) { return true; };
constexpr auto twice = [](int x) { return std::vector{x, x}; };

TEST_CASE("a chain leans to the left and knows what its stages are") {
  auto a = leat::map(id);
  auto b = leat::filter(yes);
  auto c = leat::take(2);
  static_assert(std::same_as<decltype(a | (b | c)), decltype((a | b) | c)>);
  static_assert(decltype(a | b)::per_element && decltype(a | b)::at_most_one);
  static_assert(!decltype(a | c)::per_element && decltype(a | c)::at_most_one);
  auto f = leat::flat_map(twice);
  static_assert(decltype(a | f)::per_element && !decltype(a | f)::at_most_one);
  static_assert(!decltype(leat::enumerate())::per_element && decltype(leat::enumerate())::at_most_one);
  static_assert(decltype(leat::inspect(id))::per_element);
  CHECK((std::vector{1, 2} | (a | (f | c)) | leat::to_vector()) == std::vector{1, 1});
}

}  // namespace
}  // namespace core_pipe
