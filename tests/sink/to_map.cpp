// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "../core/probe.hpp"

namespace sink_to_map {
namespace {

TEST_CASE("to_map of pairs: of equal keys the last value stays") {
  const std::vector<std::pair<std::string, int>> v{{"a", 1}, {"b", 2}, {"a", 3}};
  CHECK((v | leat::to_map()) == std::map<std::string, int>{{"a", 3}, {"b", 2}});
  CHECK((v | leat::to_map<std::unordered_map>()) == std::unordered_map<std::string, int>{{"a", 3}, {"b", 2}});
  CHECK(((v | leat::to_map()) | leat::to_map()) == std::map<std::string, int>{{"a", 3}, {"b", 2}});
  CHECK((std::vector{std::tuple(1, 'a')} | leat::to_map()) == std::map<int, char>{{1, 'a'}});
  CHECK((std::vector{std::array{1, 2}} | leat::to_map()) == std::map<int, int>{{1, 2}});
  CHECK((std::vector<std::pair<int, int>>() | leat::to_map()).empty());
}

TEST_CASE("to_map by functions equals the loop") {
  probe::with_random_input([](const std::vector<int>& v) {
    std::map<int, int> expected, elements;
    for (int x : v) expected[x / 3] = x * x, elements[x / 3] = x;
    auto third = [](int x) { return x / 3; };
    CHECK((v | leat::to_map(third, [](int x) { return x * x; })) == expected);
    CHECK((v | leat::to_map(third)) == elements);
    CHECK((v | leat::to_map<std::unordered_map>(third)) == std::unordered_map<int, int>(elements.begin(), elements.end()));
  });
}

TEST_CASE("to_map moves what is owned; a key is taken before its element moves") {
  using pair = std::pair<std::string, std::unique_ptr<int>>;
  std::vector<pair> v(1);
  v[0] = {std::string(40, 'a'), std::make_unique<int>(7)};
  auto by_pair = std::move(v) | leat::to_map();
  CHECK(*by_pair.at(std::string(40, 'a')) == 7);
  std::vector<std::string> words{std::string(40, 'b'), "c"};
  auto same = std::move(words) | leat::to_map([](const std::string& s) -> const std::string& { return s; });
  CHECK(same.at(std::string(40, 'b')) == std::string(40, 'b'));
  std::vector<pair> w(1);
  w[0] = {"x", std::make_unique<int>(8)};
  CHECK(*(std::move(w) | leat::to_map(&pair::first, &pair::second)).at("x") == 8);
}

}  // namespace
}  // namespace sink_to_map
