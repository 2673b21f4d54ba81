// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "../core/probe.hpp"

namespace sink_all_of {
namespace {

static_assert(std::array{1, 2, 3} | leat::all_of([](int x) { return x > 0; }));

TEST_CASE("all_of says what the algorithm says") {
  probe::with_random_input([](const std::vector<int>& v) {
    for (int limit : {-11, -5, 0, 9}) {
      auto above = [=](int x) { return x > limit; };
      CHECK((v | leat::all_of(above)) == std::ranges::all_of(v, above));
      CHECK((v | leat::map(above) | leat::all_of()) == std::ranges::all_of(v, above));
    }
  });
  CHECK((std::vector<int>() | leat::all_of([](int x) { return x != 3; })) == true);
  const std::vector<std::pair<int, bool>> pairs{{1, true}, {2, false}};
  CHECK((pairs | leat::all_of(&std::pair<int, bool>::second)) == std::ranges::all_of(pairs, &std::pair<int, bool>::second));
}

TEST_CASE("all_of asks for no more than it needs, and copies nothing") {
  int asked = 0;
  CHECK((probe::counted(asked) | leat::all_of([](int x) { return x != 3; })) == false);
  CHECK(asked == 4);
  std::vector<std::unique_ptr<int>> pointers(2);
  CHECK((pointers | leat::all_of([](const std::unique_ptr<int>& p) { return p != nullptr; })) == false);
}

}  // namespace
}  // namespace sink_all_of
