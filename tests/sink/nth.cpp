// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "../core/probe.hpp"

namespace sink_nth {
namespace {

static_assert((std::array{4, 5, 6} | leat::nth(1)) == 5);

TEST_CASE("nth is the element of that index, and asks for none behind it") {
  probe::with_random_input([](const std::vector<int>& v) {
    for (std::size_t i = 0; i < v.size(); ++i) CHECK((v | leat::nth(i)) == v[i]);
  });
  int asked = 0;
  CHECK((probe::counted(asked) | leat::nth(3)) == 3);
  CHECK(asked == 4);
  std::vector<std::unique_ptr<int>> pointers(2);
  CHECK((std::move(pointers) | leat::nth(1u)) == nullptr);
}

TEST_CASE("nth says how many there were, and refuses what cannot be") {
  CHECK_THROWS_WITH_AS((std::vector{1, 2, 3} | leat::nth(3)), "leat: nth(3) of 3 elements", leat::empty_dataset);
  CHECK_THROWS_WITH_AS((std::vector<int>() | leat::nth(0)), "leat: nth(0) of 0 elements", leat::empty_dataset);
  CHECK_THROWS_WITH_AS(leat::nth(-1), "leat: nth: the index is negative", leat::usage_error);
}

}  // namespace
}  // namespace sink_nth
