// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "support.hpp"

namespace stage_chunk {
namespace {

constexpr auto size = [](auto const& c) { return static_cast<int>(c.size()); };
static_assert((leat::iota(0, 7) | leat::chunk(3) | leat::map(size) | leat::sum()) == 7);
static_assert((std::array{1, 2, 3, 4, 5} | leat::chunk(2, leat::sum()) | leat::max()) == 7);

TEST_CASE("chunk equals its loop, with a sink and without") {
  probe::with_random_input([](const std::vector<int>& v) {
    for (std::size_t n : {std::size_t{1}, std::size_t{3}, std::size_t{7}, std::numeric_limits<std::size_t>::max()}) {
      std::vector<std::vector<int>> expected;
      std::vector<int> sums;
      for (int x : v) {
        if (expected.empty() || expected.back().size() == n) {
          expected.emplace_back();
          sums.push_back(0);
        }
        expected.back().push_back(x);
        sums.back() += x;
      }
      CHECK((v | leat::chunk(n) | leat::to_vector()) == expected);
      CHECK((probe::unsized(v) | leat::chunk(n) | leat::to_vector()) == expected);
      CHECK(probe::pulled(v | leat::chunk(n)) == expected);
      CHECK(probe::pulled(probe::unsized(v) | leat::chunk(n)) == expected);
      CHECK((v | leat::chunk(n, leat::to_vector()) | leat::to_vector()) == expected);
      CHECK((v | leat::chunk(n, leat::sum()) | leat::to_vector()) == sums);
      CHECK((probe::unsized(v) | leat::chunk(n, leat::sum()) | leat::to_vector()) == sums);
      CHECK(probe::pulled(v | leat::chunk(n, leat::sum())) == sums);
      CHECK(probe::pulled(probe::unsized(v) | leat::chunk(n, leat::sum())) == sums);
    }
  });
}

TEST_CASE("chunk passes a chunk on when it is full, and asks for no more than is wanted") {
  int asked = 0;
  CHECK((probe::counted(asked) | leat::chunk(3) | leat::take(2) | leat::count()) == 2);
  CHECK(asked == 6);
  asked = 0;
  CHECK((probe::counted(asked) | leat::chunk(3, leat::sum()) | leat::take(2) | leat::to_vector()) == std::vector{3, 12});
  CHECK(asked == 6);
  CHECK((leat::iota(0) | leat::take(4) | leat::chunk(3) | leat::map(size) | leat::to_vector()) == std::vector{3, 1});
  CHECK((leat::iota(0, 4) | leat::chunk(3) | leat::take(0) | leat::count()) == 0);
  CHECK((leat::iota(0, 9) | leat::chunk(2) | leat::chunk(2) | leat::map(size) | leat::to_vector()) == std::vector{2, 2, 1});
}

TEST_CASE("a chunk's sink that has had enough swallows the rest of its chunk, and what it holds comes at its end") {
  CHECK((leat::iota(0, 7) | leat::chunk(3, leat::first()) | leat::to_vector()) == std::vector{0, 3, 6});
  CHECK((leat::iota(0, 7) | leat::chunk(3, leat::take(2) | leat::to_vector()) | leat::to_vector()) ==
        std::vector<std::vector<int>>{{0, 1}, {3, 4}, {6}});
  CHECK((leat::iota(0, 7) | leat::chunk(4, leat::chunk(2) | leat::count()) | leat::to_vector()) ==
        std::vector<std::size_t>{2, 2});
  CHECK((leat::iota(0, 7) | leat::chunk(3, leat::take_last(2) | leat::sum()) | leat::to_vector()) == std::vector{3, 9, 6});
  CHECK((leat::iota(0, 4) | leat::chunk(2, leat::top(0)) | leat::map(size) | leat::to_vector()) == std::vector{0, 0});
  int n = 0;
  CHECK((leat::iota(0, 4) | leat::chunk(2, leat::for_each([&](int x) { n += x; })) | leat::count()) == 2);
  CHECK(n == 6);
}

TEST_CASE("chunk of elements that only move, that cannot be assigned, and of bool") {
  auto chunks = probe::pointers(3) | leat::chunk(2) | leat::to_vector();
  CHECK((chunks.size() == 2 && *chunks[0][1] == 1 && *chunks[1][0] == 2));
  CHECK(*(probe::pointers(3) | leat::chunk(2, leat::first()) | leat::to_vector())[1] == 2);
  const std::map<int, std::string> names{{1, "a"}, {2, "b"}, {3, "c"}};
  CHECK((names | leat::chunk(2) | leat::map(size) | leat::to_vector()) == std::vector{2, 1});
  CHECK((std::vector<bool>{true, false, true} | leat::chunk(2) | leat::first()) == std::vector{true, false});
  auto items = probe::tracked_up_to(5);
  CHECK((items | leat::chunk(2) | leat::map(size) | leat::to_vector()) == std::vector{2, 2, 1});
  CHECK((probe::tracked::copies == 5 && probe::tracked::moves == 0));
}

TEST_CASE("chunk knows how many chunks there are, and takes no more memory than they need") {
  for (int n = 0; n < 8; ++n) {
    CHECK(probe::exactly(leat::chunk(3), n) == static_cast<std::size_t>((n + 2) / 3));
    CHECK(probe::exactly(leat::chunk(3, leat::sum()), n) == static_cast<std::size_t>((n + 2) / 3));
  }
  CHECK(probe::at_most(leat::chunk(3), 4) == 2);
  auto room = [](std::vector<int> c) { return c.capacity(); };
  CHECK((leat::iota(0, 7) | leat::chunk(4) | leat::map(room) | leat::to_vector()) == std::vector<std::size_t>{4, 3});
  CHECK((leat::iota(0, 7) | leat::chunk(4, leat::to_vector()) | leat::map(room) | leat::to_vector()) ==
        std::vector<std::size_t>{4, 3});
}

TEST_CASE("chunk refuses a number that is not positive") {
  CHECK_THROWS_WITH_AS(leat::chunk(-1), "leat: chunk: the number of elements is negative", leat::usage_error);
  CHECK_THROWS_WITH_AS(leat::chunk(0), "leat: chunk: the number of elements is 0", leat::usage_error);
  CHECK_THROWS_AS(leat::chunk(0, leat::sum()), leat::usage_error);
}

}  // namespace
}  // namespace stage_chunk
