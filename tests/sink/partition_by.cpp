// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "../core/probe.hpp"

namespace sink_partition_by {
namespace {

constexpr auto positive = [](int x) { return x > 0; };

static_assert((leat::iota(0, 10) | leat::partition_by([](int x) { return x < 3; })).first.size() == 3);
static_assert((leat::iota(0, 10) | leat::partition_by([](int x) { return x < 3; }, leat::sum())) == std::pair(3, 42));

TEST_CASE("partition_by equals two filters") {
  probe::with_random_input([](const std::vector<int>& v) {
    auto negative = [](int x) { return !positive(x); };
    CHECK((v | leat::partition_by(positive)) ==
          std::pair(v | leat::filter(positive) | leat::to_vector(), v | leat::filter(negative) | leat::to_vector()));
    CHECK((v | leat::partition_by(positive, leat::map([](int x) { return x * x; }) | leat::sum())) ==
          std::pair(v | leat::filter(positive) | leat::map([](int x) { return x * x; }) | leat::sum(),
                    v | leat::filter(negative) | leat::map([](int x) { return x * x; }) | leat::sum()));
  });
}

TEST_CASE("partition_by moves what is owned, by a member, too") {
  std::vector<std::pair<bool, std::unique_ptr<int>>> v(3);
  v[1].first = true;
  auto [yes, no] = std::move(v) | leat::partition_by(&std::pair<bool, std::unique_ptr<int>>::first);
  CHECK(yes.size() == 1);
  CHECK(no.size() == 2);
  auto all = probe::tracked_up_to(10);
  auto parts = std::move(all) | leat::partition_by([](const probe::tracked& t) { return t.value < 4; });
  CHECK(parts.first.back().value == 3);
  CHECK(probe::tracked::copies == 0);
  CHECK(probe::tracked::moves == 10);
}

TEST_CASE("partition_by stops when both sinks have had enough") {
  int asked = 0;
  CHECK((probe::counted(asked) | leat::partition_by([](int x) { return x < 5; }, leat::first())) == std::pair(0, 5));
  CHECK(asked == 6);
  asked = 0;
  auto two = leat::take(2) | leat::to_vector();
  CHECK((probe::counted(asked) | leat::partition_by([](int x) { return x % 3 == 0; }, two)) ==
        std::pair(std::vector{0, 3}, std::vector{1, 2}));
  CHECK(asked == 4);
  asked = 0;
  CHECK((probe::counted(asked) | leat::partition_by(positive, leat::take(0) | leat::count())) ==
        std::pair<std::size_t, std::size_t>(0, 0));
  CHECK(asked == 0);
}

TEST_CASE("partition_by of nothing, and with a sink that yields nothing") {
  CHECK((std::vector<int>() | leat::partition_by(positive)) == std::pair<std::vector<int>, std::vector<int>>());
  int sum = 0;
  auto results = std::vector{1, -2} | leat::partition_by(positive, leat::for_each([&](int x) { sum += x; }));
  static_assert(std::same_as<decltype(results), std::pair<leat::nothing, leat::nothing>>);
  CHECK(sum == -1);
}

}  // namespace
}  // namespace sink_partition_by
