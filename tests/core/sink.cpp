// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "probe.hpp"

namespace core_sink {
namespace {

/// Runs a sink as a dataset does: one state a part, merged in order into a state that saw nothing.
template <class K>
auto in_parts(const K& sink, const std::vector<int>& v, std::size_t parts) {
  auto total = leat::core::make_state<const int&>(sink);
  for (std::size_t p = 0; p < parts; ++p) {
    auto state = leat::core::make_state<const int&>(sink);
    const std::size_t from = v.size() * p / parts, to = v.size() * (p + 1) / parts;
    if (state.start({to - from, leat::start_info::exact, nullptr}))
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
  static_assert(mergeable<leat::core::count_sink, int>);
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

/// Adds up what it gets, and counts how.
struct blockwise : leat::sink_base {
  template <class In>
  static consteval bool accepts() {
    return true;
  }
  template <class In>
  struct state {
    int sum = 0, singles = 0, blocks = 0;

    constexpr explicit state(const blockwise&) {}
    constexpr bool start(leat::start_info) { return true; }
    constexpr bool operator()(In&& x) {
      sum += static_cast<int>(x);
      ++singles;
      return true;
    }
    constexpr bool block(const std::remove_cvref_t<In>* first, std::size_t n) {
      for (std::size_t i = 0; i < n; ++i) sum += static_cast<int>(first[i]);
      ++blocks;
      return true;
    }
    constexpr std::array<int, 3> result() { return {sum, singles, blocks}; }
  };
};
struct heavy {
  int value = 0;
  heavy(int v) : value(v) {}  // NOLINT: an element that is not plain
  heavy(const heavy& other) : value(other.value) {}
  explicit operator int() const { return value; }
};

TEST_CASE("a sink that takes blocks gets plain elements in memory at once, all others one by one") {
  using seen = std::array<int, 3>;  // sum, elements one by one, blocks
  std::vector<int> v{1, 2, 3};
  const std::vector<int> c{1, 2, 3};
  constexpr std::array<short, 3> a{1, 2, 3};
  static_assert((a | blockwise{}) == seen{6, 0, 1});
  CHECK((v | blockwise{}) == seen{6, 0, 1});
  CHECK((c | blockwise{}) == seen{6, 0, 1});
  CHECK((std::vector<int>{1, 2, 3} | blockwise{}) == seen{6, 0, 1});
  CHECK((std::vector<int>{} | blockwise{}) == seen{0, 0, 1});
  CHECK((std::set<int>{1, 2, 3} | blockwise{}) == seen{6, 3, 0});
  CHECK((leat::iota(1, 4) | blockwise{}) == seen{6, 3, 0});
  CHECK((v | leat::map([](int x) { return x; }) | blockwise{}) == seen{6, 3, 0});
  CHECK((std::vector<heavy>{1, 2, 3} | blockwise{}) == seen{6, 3, 0});
  CHECK((v | leat::to_vector()) == v);
  CHECK((std::vector<std::string>{"a"} | leat::to_vector()) == std::vector<std::string>{"a"});
}

}  // namespace
}  // namespace core_sink
