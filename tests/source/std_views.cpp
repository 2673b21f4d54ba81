// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <ranges>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "../stage/support.hpp"

namespace source_std_views {
namespace {

namespace sv = std::views;

using vector = std::vector<int>;
const vector v{1, 2, 3};

TEST_CASE("the sources are ranges to std::views, as lvalues and as temporaries") {
  auto first = sv::transform([](auto const& p) { return p.first; });
  auto pairs = leat::zip(v, leat::iota(5));
  CHECK(probe::pulled(pairs | first | sv::drop(1)) == vector{2, 3});
  CHECK(probe::pulled(leat::zip(v, leat::iota(5)) | first | sv::take(2)) == vector{1, 2});
  auto both = leat::concat(v, vector{4});
  CHECK(probe::pulled(both | sv::drop(2)) == vector{3, 4});
  CHECK(probe::pulled(leat::concat(v, vector{4}) | sv::filter([](int x) { return x > 2; })) == vector{3, 4});
  CHECK(probe::pulled(leat::generate([n = 0]() mutable { return n++; }) | sv::take(3)) == vector{0, 1, 2});
  CHECK(probe::pulled(leat::iterate(1, [](int x) { return 2 * x; }) | sv::take(3)) == vector{1, 2, 4});
  CHECK(probe::pulled(leat::repeat(7, 3) | sv::drop(1)) == vector{7, 7});
  CHECK(probe::pulled(leat::repeat(7) | sv::take(2)) == vector{7, 7});
  CHECK(probe::pulled(leat::random(1, 4, 4) | sv::take(2)) == vector{4, 4});
  std::istringstream in("a\nb\nc");
  CHECK(probe::pulled(leat::lines(in) | sv::drop(1) | sv::transform(&std::string::size)).size() == 2);
  CHECK(probe::pulled(leat::text_lines("a\nbc") | sv::transform(&std::string_view::size)) == std::vector<std::size_t>{1, 2});
}

TEST_CASE("the sources take views of std::views") {
  auto odd = sv::filter([](int x) { return x % 2 == 1; });
  CHECK((leat::zip(v | odd, sv::iota(7)) | leat::values() | leat::to_vector()) == vector{7, 8});
  CHECK((leat::concat(v | odd, v | sv::take(1)) | leat::to_vector()) == vector{1, 3, 1});
  CHECK((v | leat::cartesian(sv::iota(0, 2)) | leat::values() | leat::to_vector()) == vector{0, 1, 0, 1, 0, 1});
}

}  // namespace
}  // namespace source_std_views
