// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "../core/probe.hpp"

namespace stage_flat_map {
namespace {

constexpr auto pair_of = [](int x) { return std::array{x, -x}; };
static_assert((std::array{1, 2, 3} | leat::flat_map(pair_of) | leat::filter([](int x) { return x > 0; }) | leat::sum()) == 6);

TEST_CASE("flat_map equals its loops") {
  probe::with_random_input([](const std::vector<int>& v) {
    auto up_to = [](int x) {
      std::vector<int> all;
      for (int i = 0; i < x; ++i) all.push_back(i);
      return all;
    };
    std::vector<int> expected;
    for (int x : v)
      for (int i : up_to(x)) expected.push_back(i);
    CHECK((v | leat::flat_map(up_to) | leat::to_vector()) == expected);
    CHECK((v | leat::flat_map([](int x) { return leat::iota(0, x); }) | leat::to_vector()) == expected);
    CHECK((v | leat::flat_map([](int x) { return leat::iota(0, x) | leat::map([](int i) { return i; }); }) |
           leat::to_vector()) == expected);
  });
}

TEST_CASE("elements of a returned container move, of an lvalue or a view they do not") {
  const std::vector<int> v{3};
  auto made = v | leat::flat_map([](int n) { return probe::tracked_up_to(n); }) | leat::to_vector();
  CHECK(made.size() == 3);
  CHECK(probe::tracked::copies == 0);

  auto kept = probe::tracked_up_to(3);
  auto copied = v | leat::flat_map([&](int) -> auto& { return kept; }) | leat::to_vector();
  CHECK(probe::tracked::copies == 3);
  CHECK(kept[2].value == 2);

  probe::tracked::reset();
  copied = v | leat::flat_map([&](int) { return std::span(kept); }) | leat::to_vector();
  CHECK(probe::tracked::copies == 3);
  CHECK(kept[2].value == 2);

  probe::tracked::reset();
  copied = v | leat::flat_map([&](int) { return std::move(kept); }) | leat::to_vector();
  CHECK(probe::tracked::copies == 0);
}

TEST_CASE("an early stop leaves the inner range") {
  int made = 0;
  auto endless = [&](int) { return probe::counted(made); };
  CHECK((std::vector{1, 2} | leat::flat_map(endless) | leat::take(3) | leat::to_vector()) == std::vector{0, 1, 2});
  CHECK(made == 3);
  CHECK((std::vector{1, 2} | leat::flat_map([](int x) { return leat::iota(x); }) | leat::first()) == 1);
}

TEST_CASE("flat_map of text, of proxies, of elements that only move") {
  const std::vector<std::string> words{"ab", "c"};
  CHECK((words | leat::flat_map([](const std::string& s) { return std::string_view(s); }) | leat::to<std::string>()) == "abc");
  CHECK((words | leat::flat_map(std::identity{}) | leat::to<std::string>()) == "abc");
  CHECK((std::vector{2} | leat::flat_map([](int n) { return std::vector<bool>(static_cast<std::size_t>(n), true); }) |
         leat::to_vector()) == std::vector<bool>{true, true});
  auto pointers = [](int n) {
    std::vector<std::unique_ptr<int>> all;
    all.push_back(std::make_unique<int>(n));
    return all;
  };
  CHECK(*(std::vector{4} | leat::flat_map(pointers) | leat::to_vector()).front() == 4);
}

TEST_CASE("nested flat_maps") {
  auto twice = [](int x) { return std::vector{x, x}; };
  CHECK((std::vector{1, 2} | leat::flat_map(twice) | leat::flat_map(twice) | leat::count()) == 8);
  CHECK((std::vector{1, 2} | leat::flat_map(twice) | leat::flat_map(twice) | leat::take(5) | leat::sum()) == 6);
}

}  // namespace
}  // namespace stage_flat_map
