// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "../core/probe.hpp"

namespace sink_none_of {
namespace {

static_assert(std::array{1, 2, 3} | leat::none_of([](int x) { return x > 3; }));

TEST_CASE("none_of says what the algorithm says") {
  probe::with_random_input([](const std::vector<int>& v) {
    for (int limit : {-11, -5, 0, 9}) {
      auto above = [=](int x) { return x > limit; };
      CHECK((v | leat::none_of(above)) == std::ranges::none_of(v, above));
      CHECK((v | leat::map(above) | leat::none_of()) == std::ranges::none_of(v, above));
    }
  });
  CHECK((std::vector<int>() | leat::none_of([](int x) { return x == 3; })) == true);
  const std::vector<std::pair<int, bool>> pairs{{1, true}, {2, false}};
  CHECK((pairs | leat::none_of(&std::pair<int, bool>::second)) == std::ranges::none_of(pairs, &std::pair<int, bool>::second));
}

TEST_CASE("none_of asks for no more than it needs, and copies nothing") {
  int asked = 0;
  CHECK((probe::counted(asked) | leat::none_of([](int x) { return x == 3; })) == false);
  CHECK(asked == 4);
  std::vector<std::unique_ptr<int>> pointers(2);
  CHECK((pointers | leat::none_of([](const std::unique_ptr<int>& p) { return p != nullptr; })) == true);
}

}  // namespace
}  // namespace sink_none_of
