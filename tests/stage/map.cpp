// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "../core/probe.hpp"

namespace stage_map {
namespace {

TEST_CASE("map passes on what its function returns: values, references, moves") {
  std::vector<std::string> v{"a", "bb"};
  CHECK((v | leat::map(&std::string::size) | leat::to_vector()) == std::vector<std::size_t>{1, 2});
  v | leat::map([](std::string& s) -> std::string& { return s; }) | leat::for_each([](std::string& s) { s += "!"; });
  CHECK(v == std::vector<std::string>{"a!", "bb!"});
  CHECK((std::move(v) | leat::map([](std::string&& s) { return std::move(s) + "?"; }) | leat::to_vector()) ==
        std::vector<std::string>{"a!?", "bb!?"});
  auto overloaded = [](auto x) { return x + x; };
  CHECK((std::vector{1, 2} | leat::map(overloaded) | leat::sum()) == 6);
}

TEST_CASE("map equals its loop") {
  probe::with_random_input([](const std::vector<int>& v) {
    std::vector<int> expected;
    for (int x : v) expected.push_back(x * 2 + 1);
    CHECK((v | leat::map([](int x) { return x * 2 + 1; }) | leat::to_vector()) == expected);
  });
}

}  // namespace
}  // namespace stage_map
