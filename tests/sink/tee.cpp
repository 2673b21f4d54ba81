// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "../core/probe.hpp"

namespace sink_tee {
namespace {

constexpr auto even = [](int x) { return x % 2 == 0; };

static_assert((std::array{3, 1, 2} | leat::tee(leat::count(), leat::sum(), leat::min())) == std::tuple(std::size_t{3}, 6, 1));

TEST_CASE("tee yields what each sink alone yields") {
  probe::with_random_input([](const std::vector<int>& v) {
    auto evens = leat::filter(even) | leat::to_vector();
    CHECK((v | leat::tee(leat::sum(), evens, leat::to_vector(), leat::tee(leat::count()))) ==
          std::tuple(v | leat::sum(), v | evens, v, std::tuple(v.size())));
  });
  CHECK((std::vector<int>() | leat::tee(leat::count(), leat::to_vector())) == std::tuple(std::size_t{0}, std::vector<int>()));
  CHECK_THROWS_AS((std::vector<int>() | leat::tee(leat::count(), leat::max())), leat::empty_dataset);
}

TEST_CASE("a sink that has had enough gets no more; tee stops when all have") {
  int asked = 0, seen = 0;
  auto watch = leat::inspect([&](int) { ++seen; });
  const auto three = leat::take(3) | leat::to_vector();
  CHECK((probe::counted(asked) | leat::tee(watch | leat::first(), three, leat::nth(4))) ==
        std::tuple(0, std::vector{0, 1, 2}, 4));
  CHECK(asked == 5);
  CHECK(seen == 1);
  asked = 0;
  CHECK((probe::counted(asked) | leat::tee(leat::take(0) | leat::count())) == std::tuple(std::size_t{0}));
  CHECK(asked == 0);
}

TEST_CASE("all but the last only look at elements that may move; the last gets them") {
  std::vector<std::unique_ptr<int>> pointers(3);
  pointers[1] = std::make_unique<int>(5);
  auto set = [](const std::unique_ptr<int>& p) { return p != nullptr; };
  auto [n, some, all] = std::move(pointers) | leat::tee(leat::count(), leat::any_of(set), leat::to_vector());
  CHECK(n == 3);
  CHECK(some);
  CHECK(*all[1] == 5);
  auto tracked = probe::tracked_up_to(4);
  auto both = std::move(tracked) | leat::tee(leat::to_vector(), leat::to_vector());
  CHECK(std::get<0>(both)[3].value == 3);
  CHECK(std::get<1>(both)[3].value == 3);
  CHECK(probe::tracked::copies == 4);
  std::vector<int> v{1, 2};
  v | leat::tee(leat::for_each([](int& x) { ++x; }), leat::for_each([](int& x) { x *= 10; }));
  CHECK(v == std::vector{20, 30});
}

TEST_CASE("results that are none, functions that only move, and what tee says of itself") {
  auto results = std::vector{1, 2} | leat::tee(leat::for_each([](int) {}), leat::sum());
  static_assert(std::same_as<decltype(results), std::tuple<leat::nothing, int>>);
  auto add = [k = std::make_unique<int>(3)](int x) { return x + *k; };
  CHECK((std::vector{1, 2} | leat::tee(leat::count(), leat::map(std::move(add)) | leat::sum())) ==
        std::tuple(std::size_t{2}, 9));
  auto each = leat::for_each([](int) {});
  using leat::core::mergeable;
  static_assert(mergeable<decltype(leat::tee(leat::count(), leat::sum())), int>);
  static_assert(!mergeable<decltype(leat::tee(leat::count(), each)), int>);
  static_assert(!mergeable<decltype(leat::tee(leat::take(2) | leat::count())), int>);
  static_assert(decltype(leat::tee(leat::count(), each))::in_order);
  static_assert(decltype(leat::tee(leat::count(), leat::take(2) | leat::count()))::in_order);
  static_assert(!decltype(leat::tee(leat::count(), leat::map(even) | leat::any_of()))::in_order);
  static_assert(decltype(leat::tee(leat::first(), leat::any_of(even)))::stops_early);
  static_assert(!decltype(leat::tee(leat::first(), leat::count()))::stops_early);
}

}  // namespace
}  // namespace sink_tee
