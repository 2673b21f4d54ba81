// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "support.hpp"

namespace stage_scan {
namespace {

constexpr auto difference = [](int a, int b) { return a - b; };
static_assert((std::array{1, 2, 3} | leat::scan(std::plus{}) | leat::sum()) == 1 + 3 + 6);
static_assert((std::array{1, 2, 3} | leat::scan(10, std::plus{}) | leat::sum()) == 11 + 13 + 16);

TEST_CASE("scan equals its loop") {
  probe::with_random_input([](const std::vector<int>& v) {
    std::vector<int> from_first, from_init;
    int first = 0, init = 100;
    for (std::size_t i = 0; i < v.size(); ++i) {
      from_first.push_back(first = i == 0 ? v[i] : difference(first, v[i]));
      from_init.push_back(init = difference(init, v[i]));
    }
    CHECK((v | leat::scan(difference) | leat::to_vector()) == from_first);
    CHECK((v | leat::scan(100, difference) | leat::to_vector()) == from_init);
    CHECK(probe::pulled(v | leat::scan(difference)) == from_first);
    CHECK(probe::pulled(v | leat::scan(100, difference)) == from_init);
  });
}

TEST_CASE("scan has an accumulator of its own type, which its function may change") {
  const std::vector<std::string> words{"a", "b", "c"};
  CHECK((words | leat::scan(std::plus{}) | leat::to_vector()) == std::vector<std::string>{"a", "ab", "abc"});
  CHECK((words | leat::scan([](std::string& all, const std::string& s) { all += s; }) | leat::to_vector()) ==
        std::vector<std::string>{"a", "ab", "abc"});
  CHECK((words | leat::scan(std::size_t{0}, [](std::size_t n, const std::string& s) { return n + s.size(); }) |
         leat::to_vector()) == std::vector<std::size_t>{1, 2, 3});
  auto sizes = [](std::map<char, int>& seen, const std::string& s) { ++seen[s[0]]; };
  CHECK((words | leat::scan(std::map<char, int>{}, sizes) | leat::map([](auto const& m) { return m.size(); }) |
         leat::to_vector()) == std::vector<std::size_t>{1, 2, 3});
  CHECK((probe::pointers(3) | leat::scan(0, [](int n, std::unique_ptr<int>&& p) { return n + *p; }) | leat::to_vector()) ==
        std::vector{0, 1, 3});
}

TEST_CASE("scan copies its result once an element, and begins anew with each run") {
  auto items = probe::tracked_up_to(4);
  auto add = [](probe::tracked& sum, const probe::tracked& x) { sum.value += x.value; };
  auto running = items | leat::scan(add);
  CHECK((running | leat::map(&probe::tracked::value) | leat::to_vector()) == std::vector{0, 1, 3, 6});
  CHECK(probe::tracked::copies == 1 + 4);
  CHECK((running | leat::map(&probe::tracked::value) | leat::to_vector()) == std::vector{0, 1, 3, 6});
}

TEST_CASE("scan stops when told to, and knows how many there are") {
  int asked = 0;
  CHECK((probe::counted(asked) | leat::scan(std::plus{}) | leat::take(3) | leat::to_vector()) == std::vector{0, 1, 3});
  CHECK(asked == 3);
  CHECK(probe::exactly(leat::scan(std::plus{}), 5) == 5);
  CHECK(probe::at_most(leat::scan(1, std::plus{}), 5) == 5);
}

}  // namespace
}  // namespace stage_scan
