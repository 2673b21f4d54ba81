// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "support.hpp"

namespace stage_chunk_by {
namespace {

using chunks = std::vector<std::vector<int>>;
constexpr auto rising = [](int a, int b) { return a <= b; };
constexpr auto tens = [](int x) { return x / 5; };
constexpr auto length = [](auto const& c) { return static_cast<int>(c.size()); };
static_assert((std::array{1, 2, 1, 3} | leat::chunk_by(rising) | leat::map(length) | leat::max()) == 2);
static_assert((std::array{1, 2, 1, 3} | leat::chunk_by(rising, leat::sum()) | leat::max()) == 4);
static_assert((std::array{1, 2, 7, 1} | leat::chunk_by(tens, leat::count()) | leat::count()) == 3);

TEST_CASE("chunk_by equals its loop: by neighbours and by key, with a sink and without") {
  probe::with_random_input([](const std::vector<int>& v) {
    auto check = [&](auto f, auto same) {
      chunks expected;
      std::vector<int> sums;
      for (std::size_t i = 0; i < v.size(); ++i) {
        if (i == 0 || !same(v[i - 1], v[i])) {
          expected.emplace_back();
          sums.push_back(0);
        }
        expected.back().push_back(v[i]);
        sums.back() += v[i];
      }
      CHECK((v | leat::chunk_by(f) | leat::to_vector()) == expected);
      CHECK((probe::unsized(v) | leat::chunk_by(f) | leat::to_vector()) == expected);
      CHECK(probe::pulled(v | leat::chunk_by(f)) == expected);
      CHECK((v | leat::chunk_by(f, leat::sum()) | leat::to_vector()) == sums);
      CHECK(probe::pulled(v | leat::chunk_by(f, leat::sum())) == sums);
    };
    check(rising, rising);
    check(tens, [](int a, int b) { return tens(a) == tens(b); });
  });
}

TEST_CASE("chunk_by passes on a chunk when the next one begins, or at the end") {
  int asked = 0;
  CHECK((probe::counted(asked) | leat::chunk_by(tens) | leat::take(2) | leat::map(length) | leat::to_vector()) ==
        std::vector{5, 5});
  CHECK(asked == 11);
  CHECK(probe::pulled(leat::iota(0) | leat::take(6) | leat::chunk_by(tens)) == chunks{{0, 1, 2, 3, 4}, {5}});
  CHECK(probe::pulled(leat::iota(0) | leat::take(6) | leat::chunk_by(tens, leat::count())) == std::vector<std::size_t>{5, 1});
  CHECK((leat::iota(0, 9) | leat::chunk_by(tens) | leat::take(0) | leat::count()) == 0);
  CHECK((leat::iota(0, 9) | leat::chunk_by(tens, leat::first()) | leat::to_vector()) == std::vector{0, 5});
  CHECK((leat::iota(0, 9) | leat::chunk_by(tens, leat::take_last(2) | leat::to_vector()) | leat::to_vector()) ==
        chunks{{3, 4}, {7, 8}});
}

TEST_CASE("chunk_by of elements that only move, that cannot be assigned, of bool, and of a buffer that is used again") {
  auto half = [](const std::unique_ptr<int>& p) { return *p / 2; };
  CHECK((probe::pointers(5) | leat::chunk_by(half) | leat::map(length) | leat::to_vector()) == std::vector{2, 2, 1});
  CHECK((probe::pointers(5) | leat::chunk_by(half, leat::count()) | leat::count()) == 3);
  CHECK((probe::pointers(5) | leat::chunk_by([](auto const& a, auto const& b) { return *a + 1 == *b; }) | leat::count()) == 1);
  const std::map<int, std::string> names{{1, "a"}, {2, "a"}, {3, "c"}};
  CHECK((names | leat::chunk_by([](auto const& p) { return p.second; }) | leat::map(length) | leat::to_vector()) ==
        std::vector{2, 1});
  CHECK((names | leat::chunk_by([](auto const& a, auto const& b) { return a.second == b.second; }, leat::count()) |
         leat::to_vector()) == std::vector<std::size_t>{2, 1});
  CHECK((std::vector<bool>{true, true, false} | leat::chunk_by(std::equal_to{}) | leat::count()) == 2);
  std::string buffer;
  auto words = leat::iota(0, 6) | leat::map([&](int x) -> std::string& {
                 return buffer = std::string(30, static_cast<char>('a' + x / 2)) + std::to_string(x);
               });
  auto start = [](const std::string& s) { return std::string_view(s).substr(0, 30); };
  CHECK((words | leat::chunk_by(start) | leat::map(length) | leat::to_vector()) == std::vector{2, 2, 2});
  CHECK(probe::pulled(words | leat::chunk_by(start, leat::count())) == std::vector<std::size_t>{2, 2, 2});
}

TEST_CASE("chunk_by copies each element once, and none with a key and a sink") {
  auto items = probe::tracked_up_to(5);
  auto half = [](const probe::tracked& x) { return x.value / 2; };
  CHECK((items | leat::chunk_by(half, leat::count()) | leat::count()) == 3);
  CHECK(probe::tracked::copies == 0);
  CHECK((items | leat::chunk_by(half) | leat::count()) == 3);
  CHECK(probe::tracked::copies == 5);
  CHECK(probe::at_most(leat::chunk_by(tens), 4) == 4);
}

}  // namespace
}  // namespace stage_chunk_by
