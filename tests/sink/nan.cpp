// SPDX-License-Identifier: BSL-1.0
// NaN, and what holds one: last in every order, and no key.
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <compare>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace sink_nan {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN(), infinite = std::numeric_limits<double>::infinity();

/// What a sink makes of a range: of all of it, and of two parts that are merged, wherever it is cut.
template <class T, class K, class Check>
void however_cut(const std::vector<T>& v, const K& sink, Check check) {
  check(v | sink);
  using state = typename K::template state<const T&>;
  for (std::size_t cut = 0; cut <= v.size(); ++cut) {
    state parts[] = {state(sink), state(sink)};
    for (std::size_t i = 0; i < v.size(); ++i) parts[i >= cut](v[i]);
    parts[0].merge(std::move(parts[1]));
    check(parts[0].result());
  }
}

/// The same in whatever sequence. `rank` tells how elements are named here: NaN is 0, the others are 1 and more.
template <class T, class Rank, class... By>
void nan_is_last(std::vector<T> v, Rank rank, By... by) {
  std::sort(v.begin(), v.end(), [&](auto const& a, auto const& b) { return rank(a) < rank(b); });
  const int most = rank(v.back());
  do {
    however_cut(v, leat::min(by...), [&](auto const& x) { CHECK(rank(x) == 1); });
    however_cut(v, leat::max(by...), [&](auto const& x) { CHECK(rank(x) == most); });
    however_cut(v, leat::min_max(by...),
                [&](auto const& x) { CHECK(std::pair(rank(x.first), rank(x.second)) == std::pair(1, most)); });
    however_cut(v, leat::top(2, by...),
                [&](auto const& x) { CHECK(std::pair(rank(x[0]), rank(x[1])) == std::pair(most, most - 1)); });
    however_cut(v, leat::top(9, by...), [&](auto const& x) { CHECK(rank(x.back()) == 0); });
  } while (std::next_permutation(v.begin(), v.end(), [&](auto const& a, auto const& b) { return rank(a) < rank(b); }));
}

struct point {
  double x;
  int n;
  auto operator<=>(const point&) const = default;
};
/// Ordered by its number alone: that its other member may be NaN is nothing to its order.
struct row {
  double x;
  int n;
  bool operator<(const row& other) const { return n < other.n; }
  bool operator==(const row&) const = default;
};
const auto number = [](double x) { return std::isnan(x) ? 0 : static_cast<int>(x); };

TEST_CASE("min, max, min_max and top: NaN is last, whatever the sequence, the partitions and the projection") {
  nan_is_last(std::vector{1., nan, 2., 3.}, number);
  nan_is_last(std::vector{1.f, std::nanf(""), 2.f}, number);
  nan_is_last(std::vector{1., nan, 2., nan}, number, std::less<double>());
  nan_is_last(
      std::vector{3., nan, 2., 1.}, [](double x) { return std::isnan(x) ? 0 : 4 - static_cast<int>(x); }, std::greater<>());
  nan_is_last(std::vector{1., nan, 2., 3.}, number, [](double a, double b) { return a < b; });
  nan_is_last(std::vector<point>{{1, 0}, {nan, 0}, {2, 0}}, [](const point& p) { return number(p.x); }, &point::x);
  nan_is_last(
      std::vector<point>{{1, 0}, {nan, 0}, {2, 0}}, [](const point& p) { return number(p.x); }, std::less<>(), &point::x);
  nan_is_last(std::vector<point>{{1, 5}, {nan, 0}, {2, 0}}, [](const point& p) { return number(p.x); });
  nan_is_last(std::vector<std::pair<int, double>>{{1, 1}, {1, nan}, {1, 2}}, [](auto const& p) { return number(p.second); });
  nan_is_last(std::vector<std::tuple<double>>{1., nan, 2.}, [](auto const& p) { return number(std::get<0>(p)); });
  nan_is_last(std::vector<std::optional<double>>{1., nan, 2.}, [](auto const& p) { return number(*p); });
  nan_is_last(std::vector<std::vector<double>>{{1, 1}, {1, nan}, {1, 2}}, [](auto const& p) { return number(p[1]); });
}

TEST_CASE("min, max, min_max and top: nothing but NaN, infinities, zeros of both signs, an order that has a place for NaN") {
  for (const std::vector<double>& v : {std::vector{nan}, std::vector{nan, nan, nan}}) {
    however_cut(v, leat::min(), [](double x) { CHECK(std::isnan(x)); });
    however_cut(v, leat::max(), [](double x) { CHECK(std::isnan(x)); });
    however_cut(v, leat::min_max(), [](auto x) { CHECK((std::isnan(x.first) && std::isnan(x.second))); });
    however_cut(v, leat::top(9), [&](auto const& x) { CHECK(x.size() == v.size()); });
  }
  for (const double x : {infinite, -infinite}) {
    however_cut(std::vector{nan, x, nan}, leat::min(), [&](double y) { CHECK(y == x); });
    however_cut(std::vector{nan, x, nan}, leat::max(), [&](double y) { CHECK(y == x); });
  }
  for (const double first : {0., -0.}) {
    however_cut(std::vector{first, -first}, leat::min(), [&](double x) { CHECK(std::signbit(x) == std::signbit(first)); });
    however_cut(std::vector{first, -first}, leat::max(), [&](double x) { CHECK(std::signbit(x) == std::signbit(first)); });
    however_cut(std::vector{nan, first, -first}, leat::top(1),
                [&](auto x) { CHECK(std::signbit(x[0]) == std::signbit(first)); });
  }
  auto nan_first = [](double a, double b) { return (std::isnan(a) && !std::isnan(b)) || a < b; };
  however_cut(std::vector{1., nan, 2.}, leat::min(nan_first), [](double x) { CHECK(std::isnan(x)); });
  however_cut(std::vector{1., nan, 2.}, leat::max(nan_first), [](double x) { CHECK(x == 2); });
  using pair = std::pair<int, double>;
  const std::vector<pair> pairs{{2, 5}, {1, nan}, {2, nan}};
  however_cut(pairs, leat::min(), [](const pair& x) { CHECK(x.first == 1); });
  however_cut(pairs, leat::max(), [](const pair& x) { CHECK(x == pair(2, 5)); });
  however_cut(pairs, leat::max(std::greater<>()), [](const pair& x) { CHECK(x.first == 1); });
  using some = std::optional<double>;
  however_cut(std::vector<some>{1., nan, std::nullopt}, leat::min(), [](const some& x) { CHECK(!x); });
  however_cut(std::vector<some>{nan, 1., std::nullopt}, leat::max(), [](const some& x) { CHECK(x == 1.); });
  however_cut(std::vector<row>{{1, 2}, {nan, 1}, {1, 3}}, leat::min(), [](const row& x) { CHECK(x.n == 1); });
}

constexpr char lost[] =
    ": a key is NaN, or holds one, so that it could not be found again; filter such elements out first, or take a container "
    "whose comparison orders them";

template <class K>
void refuses(const char* name, const K& sink, const std::vector<std::pair<double, int>>& v = {{2, 0}, {nan, 1}, {1, 2}}) {
  CHECK_THROWS_WITH_AS(static_cast<void>(v | sink), ("leat: " + std::string(name) + lost).c_str(), leat::usage_error);
}

/// An order in which NaN stands last.
struct nan_last {
  bool operator()(double a, double b) const { return a < b || (std::isnan(b) && !std::isnan(a)); }
};
struct bits_equal {
  bool operator()(double a, double b) const { return a == b || (std::isnan(a) && std::isnan(b)); }
};
template <class K, class V>
using own_map = std::map<K, V, nan_last>;

TEST_CASE("a key that could not be found again is refused") {
  using pair = std::pair<double, int>;
  const auto first = leat::keys();
  const auto holding = leat::map([](const pair& p) { return std::optional(p.first); });
  refuses("to", first | leat::to<std::set>());
  refuses("to", first | leat::to<std::multiset<double>>());
  refuses("to", first | leat::to<std::unordered_set>());
  refuses("to", first | leat::map([](double x) { return static_cast<float>(x); }) | leat::to<std::set<double>>());
  refuses("to", leat::to<std::set>());
  refuses("to", holding | leat::to<std::set>());
  refuses("to", leat::map([](const pair& p) { return point{p.first, 1}; }) | leat::to<std::set<point, std::greater<>>>());
  refuses("to", leat::to<std::map>());
  refuses("to", leat::to<std::multimap<double, int>>());
  refuses("to", leat::to<std::unordered_map>());
  refuses("to_map", leat::to_map());
  refuses("to_map", leat::to_map<std::unordered_map>());
  refuses("to_map", leat::to_map(&pair::first));
  refuses("to_map", leat::to_map([](const pair& p) { return std::tuple(1, p.first); }, &pair::second));
  refuses("group_into", leat::group_into(&pair::first));
  refuses("group_into", leat::group_into<std::map>(&pair::first, leat::count()));
  refuses("group_into", leat::group_into<std::map>([](const pair& p) { return std::vector{1., p.first}; }));
}

TEST_CASE("keys that can be found are kept: without NaN, by an order of the caller's own, by one that does not see it") {
  const std::vector<std::pair<double, int>> v{{2, 0}, {nan, 1}, {1, 2}, {nan, 3}}, zeros{{0., 0}, {-0., 1}};
  CHECK((v | leat::keys() | leat::to<std::set<double, nan_last>>()).size() == 3);
  CHECK((v | leat::keys() | leat::to<std::set<double, nan_last>>()).count(nan) == 1);
  CHECK((v | leat::to_map<own_map>()).at(nan) == 3);
  CHECK((v | leat::group_into<own_map>(&std::pair<double, int>::first)).at(nan).size() == 2);
  CHECK((v | leat::keys() | leat::to<std::unordered_set<double, std::hash<double>, bits_equal>>()).size() >= 3);
  CHECK((std::vector<row>{{nan, 1}, {nan, 2}, {nan, 1}} | leat::to<std::set>()).size() == 2);
  CHECK((zeros | leat::to<std::map>()).size() == 1);
  CHECK((zeros | leat::group_into(&std::pair<double, int>::first)).size() == 1);
  CHECK((std::vector{2., 1., 2.} | leat::to<std::set>()) == std::set{1., 2.});
}

}  // namespace
}  // namespace sink_nan
