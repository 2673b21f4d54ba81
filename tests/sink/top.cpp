// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "../core/probe.hpp"

namespace sink_top {
namespace {

TEST_CASE("top equals a stable sort that is cut") {
  probe::with_random_input([](const std::vector<int>& v) {
    for (std::size_t n : {0, 1, 4, 100}) {
      auto numbered = v | leat::enumerate() | leat::to_vector();
      auto coarse = [](auto const& p) { return p.second / 4; };
      auto sorted = numbered;
      std::ranges::sort(sorted, {}, [&](auto const& p) { return std::pair(-coarse(p), p.first); });
      sorted.resize(std::min(n, sorted.size()));
      CHECK((numbered | leat::top(n, coarse)) == sorted);
      CHECK((numbered | leat::top(n, std::less{}, coarse)) == sorted);
      CHECK((numbered | leat::top(n, [&](auto const& a, auto const& b) { return coarse(a) < coarse(b); })) == sorted);
    }
  });
}

TEST_CASE("top by a member, by a comparison, of few") {
  using pair = std::pair<std::string, int>;
  const std::vector<pair> v{{"a", 1}, {"b", 3}, {"c", 2}};
  CHECK((v | leat::top(2, &pair::second)) == std::vector<pair>{{"b", 3}, {"c", 2}});
  CHECK((std::vector{2, 3, 1} | leat::top(2, std::greater{})) == std::vector{1, 2});
  CHECK((std::vector{2, 3} | leat::top(5)) == std::vector{3, 2});
}

TEST_CASE("top of a map's elements, which cannot be assigned") {
  const std::map<std::string, int> v{{"a", 1}, {"b", 3}, {"c", 2}, {"d", 3}};
  const auto best = v | leat::top(2, [](auto const& p) { return p.second; });
  CHECK(best.size() == 2);
  CHECK(best[0].first == "b");
  CHECK(best[1].first == "d");
  CHECK((v | leat::top(9, [](auto const& p) { return p.first; })).size() == 4);
}

TEST_CASE("behaviour 6: top of none reads nothing, a negative number is refused") {
  int asked = 0;
  CHECK((probe::counted(asked) | leat::top(0)).empty());
  CHECK(asked == 0);
  CHECK_THROWS_AS(leat::top(-1), leat::usage_error);
}

}  // namespace
}  // namespace sink_top
