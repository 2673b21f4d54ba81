// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "../core/probe.hpp"

namespace sink_any_of {
namespace {

static_assert(std::array{1, 2, 3} | leat::any_of([](int x) { return x == 2; }));

TEST_CASE("any_of says what the algorithm says") {
  probe::with_random_input([](const std::vector<int>& v) {
    for (int limit : {-11, -5, 0, 9}) {
      auto above = [=](int x) { return x > limit; };
      CHECK((v | leat::any_of(above)) == std::ranges::any_of(v, above));
      CHECK((v | leat::map(above) | leat::any_of()) == std::ranges::any_of(v, above));
    }
  });
  CHECK((std::vector<int>() | leat::any_of([](int x) { return x == 3; })) == false);
  const std::vector<std::pair<int, bool>> pairs{{1, true}, {2, false}};
  CHECK((pairs | leat::any_of(&std::pair<int, bool>::second)) == std::ranges::any_of(pairs, &std::pair<int, bool>::second));
}

TEST_CASE("any_of asks for no more than it needs, and copies nothing") {
  int asked = 0;
  CHECK((probe::counted(asked) | leat::any_of([](int x) { return x == 3; })) == true);
  CHECK(asked == 4);
  std::vector<std::unique_ptr<int>> pointers(2);
  CHECK((pointers | leat::any_of([](const std::unique_ptr<int>& p) { return p != nullptr; })) == false);
}

}  // namespace
}  // namespace sink_any_of
