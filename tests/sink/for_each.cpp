// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace sink_for_each {
namespace {

TEST_CASE("for_each sees the elements themselves, in order, and yields nothing") {
  std::vector<int> v{1, 2, 3}, seen;
  static_assert(std::is_void_v<decltype(v | leat::for_each([](int) {}))>);
  v | leat::for_each([&](int& x) { seen.push_back(x++); });
  CHECK(seen == std::vector{1, 2, 3});
  CHECK(v == std::vector{2, 3, 4});
  v | (leat::map([](int x) { return x * 10; }) | leat::for_each([&](int x) { seen.push_back(x); }));
  CHECK(seen.back() == 40);
  std::vector<std::string> words{"a"}, taken;
  std::move(words) | leat::for_each([&](std::string&& s) { taken.push_back(std::move(s)); });
  CHECK(taken.front() == "a");
}

}  // namespace
}  // namespace sink_for_each
