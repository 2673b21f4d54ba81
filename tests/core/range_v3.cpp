// SPDX-License-Identifier: BSL-1.0
#include <leat/sink/sum.hpp>
#include <leat/source/iota.hpp>

#include <range/v3/algorithm/equal.hpp>
#include <range/v3/range/conversion.hpp>
#include <range/v3/view/cache1.hpp>
#include <range/v3/view/chunk.hpp>
#include <range/v3/view/chunk_by.hpp>
#include <range/v3/view/concat.hpp>
#include <range/v3/view/const.hpp>
#include <range/v3/view/cycle.hpp>
#include <range/v3/view/drop.hpp>
#include <range/v3/view/drop_exactly.hpp>
#include <range/v3/view/drop_last.hpp>
#include <range/v3/view/drop_while.hpp>
#include <range/v3/view/enumerate.hpp>
#include <range/v3/view/exclusive_scan.hpp>
#include <range/v3/view/filter.hpp>
#include <range/v3/view/for_each.hpp>
#include <range/v3/view/intersperse.hpp>
#include <range/v3/view/iota.hpp>
#include <range/v3/view/join.hpp>
#include <range/v3/view/map.hpp>
#include <range/v3/view/move.hpp>
#include <range/v3/view/partial_sum.hpp>
#include <range/v3/view/remove_if.hpp>
#include <range/v3/view/replace.hpp>
#include <range/v3/view/replace_if.hpp>
#include <range/v3/view/reverse.hpp>
#include <range/v3/view/sliding.hpp>
#include <range/v3/view/stride.hpp>
#include <range/v3/view/tail.hpp>
#include <range/v3/view/take.hpp>
#include <range/v3/view/take_while.hpp>
#include <range/v3/view/transform.hpp>
#include <range/v3/view/trim.hpp>
#include <range/v3/view/unique.hpp>
#include <range/v3/view/zip.hpp>
#include <range/v3/view/zip_with.hpp>

#include "interop.hpp"

namespace core_range_v3 {
namespace {

namespace rv = ranges::views;

constexpr auto odd = [](int x) { return x % 2 == 1; };
constexpr auto small = [](int x) { return x < 9; };
constexpr auto plus_one = [](int x) { return x + 1; };
constexpr auto counted = [](int x) { return rv::iota(0, x % 4); };
constexpr auto paired = [](int x) { return std::pair(x, -x); };
constexpr auto close = [](int a, int b) { return a / 5 == b / 5; };

TEST_CASE("adaptors of range-v3 on both sides of a pipeline, singly read") {
  using interop::both_sides;
  both_sides("filter", rv::filter(odd));
  both_sides("transform", rv::transform(plus_one));
  both_sides("take", rv::take(5));
  both_sides("take none", rv::take(0));
  both_sides("take_while", rv::take_while(small));
  both_sides("drop", rv::drop(3));
  both_sides("drop_while", rv::drop_while(small));
  both_sides("chunk", rv::chunk(4));
  both_sides("stride", rv::stride(3));
  both_sides("enumerate", rv::enumerate);
  both_sides("remove_if", rv::remove_if(odd));
  both_sides("replace", rv::replace(4, -4));
  both_sides("replace_if", rv::replace_if(odd, 0));
}

TEST_CASE("adaptors of range-v3 on both sides of a pipeline, of several elements") {
  using interop::both_sides;
  both_sides("join", rv::transform(counted) | rv::cache1 | rv::join);
  both_sides("for_each", rv::for_each([](int x) { return rv::iota(0, x % 3); }));
  both_sides("keys", rv::transform(paired) | rv::keys);
  both_sides("values", rv::transform(paired) | rv::values);
  both_sides("partial_sum", rv::partial_sum);
  both_sides("exclusive_scan", rv::exclusive_scan(1));
  both_sides("intersperse", rv::intersperse(-1));
  both_sides("cache1", rv::cache1);
  both_sides("const_", rv::const_);
  both_sides("move", rv::move);
  both_sides("filter, transform, take", rv::filter(odd) | rv::transform(plus_one) | rv::take(3));
  both_sides("chunk, take", rv::chunk(3) | rv::take(2));
}

TEST_CASE("adaptors of range-v3 that need more than one pass, before a pipeline") {
  using interop::before;
  before("reverse", rv::reverse);
  before("sliding", rv::sliding(3));
  before("chunk_by", rv::chunk_by(close));
  before("unique", rv::transform([](int x) { return x / 3; }) | rv::unique);
  before("drop_last", rv::drop_last(2));
  before("trim", rv::trim(small));
  before("stride, reverse", rv::stride(2) | rv::reverse);
}

TEST_CASE("range-v3: conversions, algorithms, and pipelines among others") {
  const std::vector v{1, 2, 3, 4, 5, 6};
  int k = 2;
  auto even = [k](int x) { return x % k == 0; };
  CHECK((v | leat::filter(even) | ranges::to<std::vector>()) == std::vector{2, 4, 6});
  CHECK((v | leat::filter(even) | leat::map([k](int x) { return x + k; }) | ranges::to_vector) == std::vector{4, 6, 8});
  CHECK(ranges::equal(v | leat::filter(even), std::vector{2, 4, 6}));
  auto pipeline = v | leat::filter(even);
  static_assert(ranges::input_range<decltype(pipeline)>);
  CHECK(interop::told(rv::zip_with([](int a, int b) { return a * b; }, pipeline, v)) == "2 8 18 ");
  CHECK(interop::told(rv::concat(pipeline, pipeline)) == "2 4 6 2 4 6 ");
  CHECK((leat::iota(0) | leat::filter(even) | rv::take(3) | leat::sum()) == 6);
  CHECK(interop::told(v | leat::views(rv::cycle) | leat::filter(even) | rv::take(5)) == "2 4 6 2 4 ");
}

TEST_CASE("an adaptor as a stage: of a known range it sees the range itself, of a pipeline what it yields, all in one pass") {
  std::vector v{3, 1, 2};
  CHECK(interop::told(v | leat::views(rv::reverse)) == "2 1 3 ");
  for (int& x : v | leat::views(rv::drop(1))) x = 0;
  CHECK(v == std::vector{3, 0, 0});
  int asked = 0;
  auto counting = leat::map([&asked](int x) {
    ++asked;
    return x;
  });
  CHECK((leat::iota(0) | counting | leat::views(rv::chunk(3) | rv::take(2)) |
         leat::map([](auto chunk) { return chunk | leat::sum(); }) | leat::to_vector()) == std::vector{3, 12});
  CHECK(asked <= 7);
  const auto sink = leat::views(rv::take(2)) | leat::sum();
  CHECK((v | sink) == 3);
  const auto nested = leat::map([](int x) { return x + 1; }) |
                      leat::views(rv::transform([](int x) { return x * 2; }) | rv::take(2)) |
                      leat::filter([](int x) { return x > 2; });
  CHECK((v | nested | leat::sum()) == 8);
}

}  // namespace
}  // namespace core_range_v3
