// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

#include "support.hpp"

namespace stage_take_while {
namespace {

constexpr auto small = [](int x) { return x < 3; };
static_assert((std::array{1, 2, 3, 1} | leat::take_while(small) | leat::sum()) == 3);

TEST_CASE("take_while equals its loop") {
  probe::with_random_input([](const std::vector<int>& v) {
    std::vector<int> expected;
    for (int x : v) {
      if (!small(x)) break;
      expected.push_back(x);
    }
    CHECK((v | leat::take_while(small) | leat::to_vector()) == expected);
    CHECK(probe::pulled(v | leat::take_while(small)) == expected);
  });
}

TEST_CASE("take_while asks for no element behind the first that it refuses") {
  int asked = 0;
  CHECK((probe::counted(asked) | leat::take_while(small) | leat::count()) == 3);
  CHECK(asked == 4);
  asked = 0;
  CHECK((probe::counted(asked) | leat::take_while(small) | leat::take(2) | leat::count()) == 2);
  CHECK(asked == 2);
  int calls = 0;
  CHECK((leat::iota(0) | leat::flat_map([](int x) { return leat::iota(x); }) | leat::take_while([&](int x) {
           ++calls;
           return x < 5;
         }) |
         leat::count()) == 5);
  CHECK(calls == 6);
}

TEST_CASE("take_while shows a const element and passes on the element itself") {
  struct item {
    bool good;
    std::string name;
  };
  std::vector<item> items{{true, "a"}, {false, "b"}};
  items | leat::take_while(&item::good) | leat::for_each([](item& x) { x.name += "!"; });
  CHECK(items[0].name == "a!");
  CHECK((probe::pointers(3) | leat::take_while([](auto& p) {
           static_assert(std::is_const_v<std::remove_reference_t<decltype(p)>>);
           return *p < 2;
         }) |
         leat::to_vector())
            .size() == 2);
  CHECK(probe::at_most(leat::take_while(small), 5) == 5);
}

}  // namespace
}  // namespace stage_take_while
