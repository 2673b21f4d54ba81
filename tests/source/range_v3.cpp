// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>
#include <leat/stage/views.hpp>

#include <doctest/doctest.h>
#include <range/v3/algorithm/equal.hpp>
#include <range/v3/range/conversion.hpp>
#include <range/v3/view/chunk.hpp>
#include <range/v3/view/drop.hpp>
#include <range/v3/view/iota.hpp>
#include <range/v3/view/take.hpp>
#include <range/v3/view/transform.hpp>
#include <range/v3/view/zip.hpp>

#include <sstream>
#include <string>
#include <vector>

namespace source_range_v3 {
namespace {

namespace rv = ranges::views;

TEST_CASE("range-v3's ranges are sources: sized, endless, of ranges, of proxies") {
  CHECK((rv::iota(1, 11) | leat::map([](int x) { return x * x; }) | leat::sum()) == 385);
  CHECK((rv::iota(1) | leat::filter([](int x) { return x % 7 == 0; }) | leat::take(3) | leat::to_vector()) ==
        std::vector{7, 14, 21});

  std::vector<int> v{1, 2, 3, 4, 5};
  const auto sums = v | rv::chunk(2) | leat::map([](auto chunk) { return chunk | leat::sum(); }) | leat::to_vector();
  CHECK(sums == std::vector{3, 7, 5});

  std::vector<std::string> names{"a", "b"};
  const auto pairs = rv::zip(names, v) | leat::to_vector();
  CHECK(pairs[1].first == "b");
  CHECK(pairs[1].second == 2);
}

TEST_CASE("a bound pipeline is an input range to range-v3's algorithms") {
  std::vector<int> v{1, 2, 3, 4, 5, 6};
  const auto even = [](int x) { return x % 2 == 0; };
  CHECK(ranges::equal(v | leat::filter(even), std::vector{2, 4, 6}));
  static_assert(ranges::input_range<decltype(v | leat::filter(even))>);
}

TEST_CASE("the sources are ranges to range-v3: as lvalues, and behind views as temporaries") {
  const std::vector<int> v{1, 2, 3};
  const auto two = rv::take(2);
  std::istringstream in("a\nb\nc");
  auto pairs = leat::zip(v, leat::iota(5));
  auto both = leat::concat(v, std::vector{4});
  auto made = leat::generate([n = 0]() mutable { return n++; });
  auto powers = leat::iterate(1, [](int x) { return 2 * x; });
  auto same = leat::repeat(7, 3);
  auto numbers = leat::random(1, 4, 4);
  auto lines = leat::lines(in);
  auto text = leat::text_lines("a\nb\nc");
  auto sum = [](auto&& range) { return range | leat::sum(); };
  CHECK(((pairs | two) | leat::values() | leat::sum()) == 11);
  CHECK(sum(both | rv::drop(2)) == 7);
  CHECK(sum(made | two) == 1);
  CHECK(sum(powers | two) == 3);
  CHECK(sum(same | two) == 14);
  CHECK(sum(numbers | two) == 8);
  CHECK(((lines | two) | leat::to_text()) == "ab");
  CHECK(((text | two) | leat::to_text()) == "ab");

  CHECK((leat::zip(v, std::vector{5, 6, 7}) | leat::views(two) | leat::values() | leat::sum()) == 11);
  CHECK((leat::concat(v, std::vector{4}) | leat::views(rv::drop(2)) | leat::sum()) == 7);
  CHECK((leat::generate([n = 0]() mutable { return n++; }) | leat::views(two) | leat::sum()) == 1);
  CHECK((leat::iterate(1, [](int x) { return 2 * x; }) | leat::views(two) | leat::sum()) == 3);
  CHECK((leat::repeat(7) | leat::views(two) | leat::sum()) == 14);
  CHECK((leat::text_lines("a\nb\nc") | leat::views(two) | leat::to_text()) == "ab");
}

TEST_CASE("the sources take ranges of range-v3") {
  const std::vector<int> v{1, 2, 3};
  CHECK((leat::zip(v | rv::drop(1), rv::iota(7)) | leat::values() | leat::to_vector()) == std::vector{7, 8});
  CHECK((leat::concat(v | rv::take(1), rv::iota(5, 7)) | leat::to_vector()) == std::vector{1, 5, 6});
  CHECK((v | leat::cartesian(rv::iota(0, 2)) | leat::values() | leat::sum()) == 3);
}

}  // namespace
}  // namespace source_range_v3
