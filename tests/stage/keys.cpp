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

namespace stage_keys {
namespace {

static_assert((std::array{std::pair{1, 'a'}, std::pair{2, 'b'}} | leat::keys() | leat::sum()) == 3);

TEST_CASE("keys of pairs, tuples, arrays, and of what has a member first") {
  const std::map<std::string, int> ages{{"ann", 30}, {"bob", 40}};
  CHECK((ages | leat::keys() | leat::to_vector()) == std::vector<std::string>{"ann", "bob"});
  CHECK((std::vector<std::tuple<int>>{{1}, {2}} | leat::keys() | leat::sum()) == 3);
  CHECK((std::vector<std::array<int, 2>>{{1, 9}} | leat::keys() | leat::sum()) == 1);
  struct entry {
    int first;
  };
  CHECK((std::vector<entry>{{1}, {2}} | leat::keys() | leat::sum()) == 3);
  CHECK((leat::iota(5, 7) | leat::enumerate() | leat::keys() | leat::to_vector()) == std::vector<std::size_t>{0, 1});
  CHECK((ages | leat::keys() | leat::take(1) | leat::to_vector()) == std::vector<std::string>{"ann"});
}

TEST_CASE("keys refers into lvalues and moves out of rvalues") {
  std::vector<std::pair<std::string, int>> v{{"a", 1}, {"b", 2}};
  v | leat::keys() | leat::for_each([](std::string& s) { s += "!"; });
  for (auto& s : v | leat::keys()) s += "?";
  CHECK(v[1].first == "b!?");
  CHECK((std::move(v) | leat::keys() | leat::map([](std::string&& s) { return std::move(s); }) | leat::to_vector()) ==
        std::vector<std::string>{"a!?", "b!?"});
  std::vector<std::pair<std::unique_ptr<int>, int>> owners;
  owners.emplace_back(std::make_unique<int>(4), 0);
  CHECK(*(std::move(owners) | leat::keys() | leat::first()) == 4);
  CHECK(probe::pulled(leat::iota(0, 2) | leat::map([](int x) { return std::pair{std::string(30, 'x'), x}; }) | leat::keys()) ==
        std::vector<std::string>(2, std::string(30, 'x')));
  CHECK(probe::exactly(leat::map([](int x) { return std::pair{x, x}; }) | leat::keys(), 3) == 3);
}

}  // namespace
}  // namespace stage_keys
