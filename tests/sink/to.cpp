// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <deque>
#include <list>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "../core/probe.hpp"

namespace sink_to {
namespace {

TEST_CASE("to makes containers of every kind") {
  const std::vector<int> v{3, 1, 3, 2};
  CHECK((v | leat::to<std::vector>()) == v);
  CHECK((v | leat::to<std::deque>()) == std::deque{3, 1, 3, 2});
  CHECK((v | leat::to<std::list>()) == std::list{3, 1, 3, 2});
  CHECK((v | leat::to<std::set>()) == std::set{1, 2, 3});
  CHECK((v | leat::to<std::multiset>()) == std::multiset{1, 2, 3, 3});
  CHECK((v | leat::to<std::unordered_set>()) == std::unordered_set{1, 2, 3});
  CHECK((v | leat::to<std::set<long, std::greater<>>>()) == std::set<long, std::greater<>>{3, 2, 1});
  CHECK((v | leat::to<std::vector<double>>()) == std::vector<double>{3, 1, 3, 2});
  CHECK((v | leat::map([](int x) { return x > 1; }) | leat::to<std::vector>()) == std::vector{true, false, true, true});
  CHECK((std::vector{'a', 'b'} | leat::to<std::string>()) == "ab");
  CHECK((std::vector{'a', 'b'} | leat::to<std::basic_string>()) == "ab");
}

TEST_CASE("to makes maps of pairs; of equal keys the first stays") {
  const std::vector<std::pair<std::string, int>> v{{"a", 1}, {"b", 2}, {"a", 3}};
  CHECK((v | leat::to<std::map>()) == std::map<std::string, int>{{"a", 1}, {"b", 2}});
  CHECK((v | leat::to<std::unordered_map>()) == std::unordered_map<std::string, int>{{"a", 1}, {"b", 2}});
  CHECK((v | leat::to<std::multimap>()).size() == 3);
  CHECK((v | leat::to<std::map<std::string, long>>()).at("b") == 2);
  CHECK((v | leat::to<std::vector>()) == v);
  CHECK(((v | leat::to<std::map>()) | leat::to<std::map>()) == std::map<std::string, int>{{"a", 1}, {"b", 2}});
  CHECK((std::vector{5, 6} | leat::enumerate() | leat::to<std::map>()) == std::map<std::size_t, int>{{0, 5}, {1, 6}});
}

TEST_CASE("to reserves once where the size is known, and moves what it owns") {
  auto v = probe::tracked_up_to(100);
  auto all = std::move(v) | leat::to<std::vector>();
  CHECK(all.size() == 100);
  CHECK(probe::tracked::copies == 0);
  CHECK(probe::tracked::moves == 100);
}

}  // namespace
}  // namespace sink_to
