// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <list>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support.hpp"

namespace stage_cartesian {
namespace {

using vector = std::vector<int>;
using pairs = std::vector<std::pair<int, int>>;

constexpr auto product = [](auto p) { return p.first * p.second; };
static_assert((std::array{1, 2} | leat::cartesian(std::array{3, 4}) | leat::map(product) | leat::sum()) == 21);
static_assert((leat::cartesian(leat::iota(1, 3), leat::iota(3, 5)) | leat::map(product) | leat::sum()) == 21);

TEST_CASE("cartesian equals its loops") {
  probe::with_random_input([](const std::vector<int>& v) {
    const std::list<int> small(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() % 5));
    pairs expected;
    for (int x : v)
      for (int y : small) expected.emplace_back(x, y);
    CHECK((v | leat::cartesian(small) | leat::to_vector()) == expected);
    CHECK((leat::cartesian(v, small) | leat::to_vector()) == expected);
    CHECK((v | leat::cartesian(std::list<int>(small)) | leat::to_vector()) == expected);
    auto stage = leat::cartesian(small) | leat::filter([](auto const&) { return true; });
    for (int pass = 0; pass < 2; ++pass) {
      CHECK((v | stage | leat::to_vector()) == expected);
      CHECK(probe::pulled(v | stage) == expected);
      CHECK(probe::pulled(probe::unsized(v) | leat::cartesian(small)) == expected);
    }
  });
}

TEST_CASE("cartesian of nothing asks for nothing") {
  int asked = 0;
  CHECK((probe::counted(asked) | leat::cartesian(vector{}) | leat::count()) == 0);
  CHECK(asked == 0);
  CHECK((vector{} | leat::cartesian(vector{1}) | leat::count()) == 0);
  CHECK((probe::counted(asked) | leat::cartesian(vector{7, 8}) | leat::take(3) | leat::to_vector()) ==
        pairs{{0, 7}, {0, 8}, {1, 7}});
  CHECK(asked == 2);
}

TEST_CASE("an lvalue range is borrowed, others are owned") {
  vector small{1, 2};
  auto borrowed = vector{10} | leat::cartesian(small) | leat::map(product);
  auto owned = vector{10} | leat::cartesian(vector(small)) | leat::map(product);
  small[0] = 5;
  CHECK((borrowed | leat::to_vector()) == vector{50, 20});
  CHECK((owned | leat::to_vector()) == vector{10, 20});
  auto evens = leat::iota(1, 5) | leat::filter([](int x) { return x % 2 == 0; }) | leat::to_vector();
  CHECK((leat::cartesian(leat::text_lines("a\nb"), evens) | leat::count()) == 4);
}

TEST_CASE("an element is copied for all pairs but its last, for which it moves") {
  const vector small{1, 2, 3};
  const auto value = leat::map([](auto const& p) { return p.first.value * p.second; });
  CHECK((probe::tracked_up_to(4) | leat::cartesian(small) | value | leat::sum()) == 36);
  CHECK(probe::tracked::copies == 4 * 2);
  const auto kept = probe::tracked_up_to(4);
  CHECK((kept | leat::cartesian(small) | value | leat::sum()) == 36);
  CHECK(probe::tracked::copies == 4 * 3);
  CHECK((probe::tracked_up_to(4) | leat::cartesian(vector{1}) | value | leat::sum()) == 6);
  CHECK(probe::tracked::copies == 0);
}

TEST_CASE("cartesian of text, of proxies, of shared elements, and of a stream's lines") {
  const std::string word = "ab";
  using letters = std::vector<std::pair<char, char>>;
  CHECK((word | leat::cartesian(std::string_view("xy")) | leat::to_vector()) ==
        letters{{'a', 'x'}, {'a', 'y'}, {'b', 'x'}, {'b', 'y'}});
  const std::vector<bool> flags{true, false};
  CHECK((flags | leat::cartesian(flags) | leat::to_vector()) ==
        std::vector<std::pair<bool, bool>>{{true, true}, {true, false}, {false, true}, {false, false}});
  std::istringstream in("one\ntwo");
  auto all = leat::lines(in) | leat::cartesian(vector{1, 2}) | leat::filter([](auto const& p) { return p.second == 2; });
  CHECK(probe::pulled(all) == std::vector<std::pair<std::string, int>>{{"one", 2}, {"two", 2}});
  auto shared = probe::pointers(2) | leat::map([](std::unique_ptr<int> p) { return std::shared_ptr<int>(std::move(p)); });
  CHECK((std::move(shared) | leat::cartesian(vector{1, 2}) | leat::map([](auto p) { return *p.first; }) | leat::to_vector()) ==
        vector{0, 0, 1, 1});
}

TEST_CASE("cartesian tells how many pairs there are") {
  CHECK(probe::exactly(leat::cartesian(vector{1, 2, 3}), 5) == 15);
  CHECK(probe::at_most(leat::cartesian(vector{1, 2, 3}), 5) == 15);
  CHECK(probe::exactly(leat::cartesian(vector{}), 5) == 0);
  CHECK((vector{1} | leat::cartesian(leat::text_lines("a\nb")) | probe::hint_sink()).known == leat::start_info::unknown);
}

}  // namespace
}  // namespace stage_cartesian
