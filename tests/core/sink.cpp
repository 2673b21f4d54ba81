// SPDX-License-Identifier: BSL-1.0
#include <doctest/doctest.h>

#include <leat/native.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "probe.hpp"

namespace {

/// Runs a sink as a dataset does: one state a part, merged in order into a state that saw nothing.
template <class K>
auto in_parts(const K& sink, const std::vector<int>& v, std::size_t parts) {
  auto total = leat::core::make_state<const int&>(sink);
  for (std::size_t p = 0; p < parts; ++p) {
    auto state = leat::core::make_state<const int&>(sink);
    const std::size_t from = v.size() * p / parts, to = v.size() * (p + 1) / parts;
    if (state.start({to - from, leat::size_hint::exact, nullptr}))
      for (std::size_t i = from; i < to; ++i)
        if (!state(v[i])) break;
    total.merge(std::move(state));
  }
  return total.result();
}

TEST_CASE("a sink in parts, merged in order, equals the sink over all") {
  probe::with_random_input([](const std::vector<int>& v) {
    for (std::size_t parts : {1, 3, 7, 100}) {
      CAPTURE(parts);
      auto same = [&](auto sink) { CHECK(in_parts(sink, v, parts) == (v | sink)); };
      same(leat::count());
      same(leat::sum());
      same(leat::to_vector());
      same(leat::to<std::vector>());
      same(leat::to<std::multiset>());
      same(leat::to<std::set<int>>());
      same(leat::top(5));
      same(leat::top(4, [](int x) { return x / 3; }));
      same(leat::fold(0, [](int a, int x) { return a + x * 2; }, std::plus{}));
      same(leat::fold(std::string(), [](std::string a, int x) { return a + std::to_string(x); }, std::plus{}));
      same(leat::filter([](int x) { return x > 0; }) | leat::map([](int x) { return x * x; }) | leat::to_vector());
      same(leat::map([](int x) { return std::pair(x, x * x); }) | leat::to<std::map>());
      if (v.empty()) continue;
      same(leat::first());
      same(leat::min());
      same(leat::max());
      same(leat::min([](int x) { return x * x; }));
      same(leat::max([](int a, int b) { return a / 4 < b / 4; }));
      same(leat::reduce([](int a, int x) { return a ^ x; }));
      auto whole = v | leat::stats();
      auto merged = in_parts(leat::stats(), v, parts);
      CHECK(merged.count == whole.count);
      CHECK(merged.mean == doctest::Approx(whole.mean));
      CHECK(merged.variance == doctest::Approx(whole.variance));
      CHECK(merged.min == whole.min);
      CHECK(merged.max == whole.max);
    }
  });
}

TEST_CASE("behaviour 2: a fold's zero enters once a state, and mutable zeros are not shared") {
  const std::vector<int> v{1, 2, 3, 4};
  CHECK(in_parts(leat::fold(10, std::plus{}), v, 4) == 10 + 10 * 5);  // the merging state has one too
  auto append = [](std::vector<int>& all, int x) { all.push_back(x); };
  auto join = [](std::vector<int>& all, std::vector<int>&& more) { all.insert(all.end(), more.begin(), more.end()); };
  const auto sink = leat::fold(std::vector<int>{}, append, join);
  CHECK(in_parts(sink, v, 3) == v);
  CHECK((v | sink) == v);
  CHECK((v | sink) == v);
  auto shared = std::make_shared<int>(0);
  CHECK(leat::core::make_state<int>(leat::fold(std::vector{shared}, append)).acc.size() == 1);
}

TEST_CASE("which sinks may be merged") {
  using leat::core::mergeable;
  static_assert(mergeable<leat::count_sink, int>);
  static_assert(mergeable<decltype(leat::map(std::negate{}) | leat::sum()), int>);
  auto each = leat::for_each([](int) {});
  static_assert(!mergeable<decltype(each), int>);
  static_assert(decltype(each)::in_order);
  static_assert(!mergeable<decltype(leat::map(std::negate{}) | each), int>);
  auto op = [](std::string a, int) { return a; };
  static_assert(!mergeable<decltype(leat::fold(std::string(), op)), int>);
  static_assert(mergeable<decltype(leat::fold(std::string(), op, std::plus{})), int>);
  static_assert(mergeable<decltype(leat::fold(0, std::plus{})), int>);
  static_assert(decltype(leat::first())::stops_early);
  static_assert(decltype(leat::map(std::negate{}) | leat::first())::stops_early);
}

}  // namespace
