// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <limits>
#include <string>
#include <vector>

#include "support.hpp"

namespace stage_stride {
namespace {

static_assert((std::array{1, 2, 3, 4} | leat::stride(3) | leat::sum()) == 5);
static_assert((leat::iota(0, 10) | leat::stride(4) | leat::sum()) == 12);

TEST_CASE("stride equals its loop") {
  probe::with_random_input([](const std::vector<int>& v) {
    for (std::size_t n : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::numeric_limits<std::size_t>::max()}) {
      std::vector<int> expected;
      for (std::size_t i = 0; i < v.size(); ++i)
        if (i % n == 0) expected.push_back(v[i]);
      CHECK((v | leat::stride(n) | leat::to_vector()) == expected);
      CHECK((probe::unsized(v) | leat::stride(n) | leat::to_vector()) == expected);
      CHECK(probe::pulled(v | leat::stride(n)) == expected);
      CHECK(probe::pulled(probe::unsized(v) | leat::stride(n)) == expected);
    }
  });
}

TEST_CASE("stride passes on the elements themselves and stops when told to") {
  std::vector<std::string> words{"a", "b", "c"};
  words | leat::stride(2) | leat::for_each([](std::string& s) { s += "!"; });
  CHECK(words == std::vector<std::string>{"a!", "b", "c!"});
  CHECK(*(probe::pointers(4) | leat::stride(3) | leat::to_vector()).back() == 3);
  int asked = 0;
  CHECK((probe::counted(asked) | leat::stride(3) | leat::take(2) | leat::to_vector()) == std::vector{0, 3});
  CHECK(asked == 4);
}

TEST_CASE("stride knows how many there are, and refuses a number that is not positive") {
  for (int n = 0; n < 8; ++n) CHECK(probe::exactly(leat::stride(3), n) == static_cast<std::size_t>((n + 2) / 3));
  CHECK(probe::at_most(leat::stride(3), 4) == 2);
  CHECK_THROWS_WITH_AS(leat::stride(-1), "leat: stride: the step is negative", leat::usage_error);
  CHECK_THROWS_WITH_AS(leat::stride(0), "leat: stride: the step is 0", leat::usage_error);
}

}  // namespace
}  // namespace stage_stride
