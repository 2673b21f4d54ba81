// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "../core/probe.hpp"

namespace sink_fold {
namespace {

static_assert((leat::iota(1, 6) | leat::fold(1, std::multiplies{})) == 120);

TEST_CASE("fold goes from left to right") {
  const std::vector<std::string> v{"a", "b", "c"};
  CHECK((v | leat::fold(std::string(), [](std::string acc, const std::string& s) { return "(" + acc + s + ")"; })) ==
        "(((a)b)c)");
  CHECK((std::vector{1, 2, 3} | leat::fold(0.5, std::plus{})) == 6.5);
}

TEST_CASE("a step that changes the accumulator in place") {
  auto count = [](std::map<char, int>& seen, char c) { ++seen[c]; };
  CHECK((std::string("abca") | leat::fold(std::map<char, int>{}, count)) == std::map<char, int>{{'a', 2}, {'b', 1}, {'c', 1}});
}

TEST_CASE("the accumulator moves through the steps") {
  probe::tracked::reset();
  auto add = [](probe::tracked acc, int x) {
    acc.value += x;
    return acc;
  };
  CHECK((std::vector{1, 2, 3} | leat::fold(probe::tracked(0), add)).value == 6);
  CHECK(probe::tracked::copies == 0);
  auto keep = [](std::vector<int>&& acc, int x) -> std::vector<int>&& {  // returns a reference to what it was given
    acc.push_back(x);
    return std::move(acc);
  };
  CHECK((std::vector{1, 2} | leat::fold(std::vector<int>{}, keep)) == std::vector{1, 2});
}

}  // namespace
}  // namespace sink_fold
