// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "../core/probe.hpp"

namespace sink_group_into {
namespace {

constexpr auto rest = [](int x) { return x % 3; };

TEST_CASE("group_into equals the loop over a map") {
  probe::with_random_input([](const std::vector<int>& v) {
    std::unordered_map<int, std::vector<int>> groups;
    std::map<int, int> sums;
    for (int x : v) groups[rest(x)].push_back(x), sums[rest(x)] += x;
    CHECK((v | leat::group_into(rest)) == groups);
    CHECK((v | leat::group_into<std::map>(rest)) == std::map<int, std::vector<int>>(groups.begin(), groups.end()));
    CHECK((v | leat::group_into<std::map>(rest, leat::sum())) == sums);
    CHECK((v | leat::group_into(rest, leat::sum())) == std::unordered_map<int, int>(sums.begin(), sums.end()));
    CHECK((v | leat::group_into<std::map>(rest, leat::map([](int x) { return 2 * x; }) | leat::to_vector())).size() ==
          sums.size());
  });
}

TEST_CASE("each group's sink starts, stops and finishes by itself") {
  auto firsts = leat::iota(0, 100) | leat::group_into<std::map>(rest, leat::take(2) | leat::to_vector());
  CHECK(firsts == std::map<int, std::vector<int>>{{0, {0, 3}}, {1, {1, 4}}, {2, {2, 5}}});
  CHECK((leat::iota(0, 100) | leat::group_into<std::map>(rest, leat::first())) == std::map<int, int>{{0, 0}, {1, 1}, {2, 2}});
  auto parts = leat::iota(0, 6) | leat::group_into<std::map>(rest, leat::partition_by([](int x) { return x < 3; }));
  CHECK(parts.at(2) == std::pair(std::vector{2}, std::vector{5}));
}

TEST_CASE("group_into by a member; keys and elements are moved where they are owned, and copied once") {
  using pair = std::pair<std::string, std::unique_ptr<int>>;
  std::vector<pair> v(3);
  v[0].first = v[2].first = std::string(40, 'a');
  auto groups = std::move(v) | leat::group_into(&pair::first);
  CHECK(groups.at(std::string(40, 'a')).size() == 2);
  CHECK(groups.at("").front().first == "");
  auto all = probe::tracked_up_to(10);
  auto by_rest = std::move(all) | leat::group_into([](const probe::tracked& t) { return rest(t.value); }, leat::to_vector());
  CHECK(by_rest.at(1).size() == 3);
  CHECK(probe::tracked::copies == 0);
  auto moved_key =
      std::vector{1, 2} | leat::group_into<std::map>([](int x) { return std::make_unique<int>(x); }, leat::count());
  CHECK(moved_key.size() == 2);
}

}  // namespace
}  // namespace sink_group_into
