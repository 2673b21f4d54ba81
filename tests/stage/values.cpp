// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "support.hpp"

namespace stage_values {
namespace {

static_assert((std::array{std::pair{'a', 1}, std::pair{'b', 2}} | leat::values() | leat::sum()) == 3);

TEST_CASE("values of pairs, tuples, arrays, and of what has a member second") {
  std::map<std::string, int> ages{{"ann", 30}, {"bob", 40}};
  CHECK((std::as_const(ages) | leat::values() | leat::sum()) == 70);
  ages | leat::values() | leat::for_each([](int& n) { ++n; });
  CHECK(ages["bob"] == 41);
  CHECK((std::vector<std::tuple<int, int>>{{1, 5}, {2, 6}} | leat::values() | leat::sum()) == 11);
  CHECK((std::vector<std::array<int, 2>>{{1, 9}} | leat::values() | leat::sum()) == 9);
  struct entry {
    int second;
  };
  CHECK((std::vector<entry>{{1}, {2}} | leat::values() | leat::sum()) == 3);
}

TEST_CASE("values moves out of rvalues") {
  std::map<int, std::unique_ptr<int>> owners;
  owners.emplace(1, std::make_unique<int>(4));
  CHECK(*(std::move(owners) | leat::values() | leat::first()) == 4);
  CHECK(probe::pulled(leat::iota(0, 2) | leat::map([](int x) { return std::pair{x, std::string(30, 'x')}; }) |
                      leat::values()) == std::vector<std::string>(2, std::string(30, 'x')));
  CHECK(probe::exactly(leat::enumerate() | leat::values(), 3) == 3);
}

}  // namespace
}  // namespace stage_values
