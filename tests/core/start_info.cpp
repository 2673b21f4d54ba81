// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <iterator>
#include <list>
#include <vector>

#include "probe.hpp"

namespace core_start_info {
namespace {

/// Yields the hint that it was started with.
struct hinted : leat::sink_base {
  template <class In>
  static consteval bool accepts() {
    return true;
  }
  template <class In>
  struct state {
    leat::start_info seen{};
    constexpr bool start(leat::start_info n) {
      seen = n;
      return true;
    }
    constexpr bool operator()(In&&) { return false; }
    constexpr leat::start_info result() { return seen; }
  };
};

constexpr auto any = [](int) { return true; };

TEST_CASE("size hints travel along the chain") {
  const std::vector<int> v(10);
  auto check = [](leat::start_info h, leat::start_info::kind kind, std::size_t n) {
    CHECK(h.known == kind);
    CHECK(h.n == n);
  };
  check(v | hinted(), leat::start_info::exact, 10);
  check(v | leat::map(any) | leat::enumerate() | hinted(), leat::start_info::exact, 10);
  check(v | leat::inspect([](int) {}) | hinted(), leat::start_info::exact, 10);
  check(v | leat::filter(any) | hinted(), leat::start_info::at_most, 10);
  check(v | leat::filter(any) | leat::take(3) | hinted(), leat::start_info::at_most, 3);
  check(v | leat::take(3) | hinted(), leat::start_info::exact, 3);
  check(v | leat::take(30) | hinted(), leat::start_info::exact, 10);
  check(v | leat::take(0) | hinted(), leat::start_info::exact, 0);
  check(v | leat::flat_map([](int) { return std::vector{1}; }) | hinted(), leat::start_info::unknown, 0);
  check(v | leat::flat_map([](int) { return std::vector{1}; }) | leat::take(5) | hinted(), leat::start_info::at_most, 5);
  check(leat::iota(3, 7) | hinted(), leat::start_info::exact, 4);
  check(leat::iota(3) | hinted(), leat::start_info::unknown, 0);
  check(leat::iota(3) | leat::take(4) | hinted(), leat::start_info::at_most, 4);
  int asked = 0;
  check(probe::counted(asked) | hinted(), leat::start_info::unknown, 0);
  check(v | (leat::filter(any) | hinted()), leat::start_info::at_most, 10);
}

/// Numbers, of which there are more than a size can count, as their `size()` says.
struct astronomic {
  __extension__ using wide = unsigned __int128;
  wide n;
  auto begin() const { return leat::iota(1).begin(); }
  std::unreachable_sentinel_t end() const { return {}; }
  wide size() const { return n; }
};

TEST_CASE("sizes near and beyond the largest: no sum, product or cast of them wraps") {
  const std::size_t most = static_cast<std::size_t>(-1);
  const std::vector<int> three{1, 2, 3};
  const auto ones = leat::repeat(1, most);
  const astronomic more{astronomic::wide{1} << 64};
  CHECK((leat::zip(three, leat::concat(std::vector{7}, leat::repeat(0, most))) | leat::count()) == 3);
  CHECK((leat::zip(leat::concat(ones, ones, ones), three) | leat::count()) == 3);
  CHECK((leat::zip(three, more) | leat::count()) == 3);
  CHECK((leat::zip(three, leat::concat(more, three)) | leat::count()) == 3);
  CHECK(leat::concat(ones, three).size() == most);
  CHECK(leat::concat(leat::repeat(1, most - 3), three).size() == most);
  CHECK(leat::concat(leat::repeat(1, most - 4), three).size() == most - 1);
  auto hint = [](leat::start_info h) { return h.known == leat::start_info::exact ? h.n : 0; };
  auto passes = [&](auto const& range, auto stage) { return (range | stage | leat::take(2) | leat::count()) == 2; };
  for (auto const& range : {leat::repeat(1, most), leat::repeat(1, most - 1), leat::repeat(1, most / 2 + 2)}) {
    CHECK(passes(range, leat::intersperse(0)));
    CHECK(passes(range, leat::drop_last(1)));
    CHECK(passes(range, leat::cartesian(three)));
    CHECK(passes(range, leat::slide(2)));
    CHECK(passes(range, leat::stride(3)));
    CHECK(passes(range, leat::chunk(2)));
    CHECK(passes(range, leat::chunk(2, leat::sum())));
    CHECK(hint(range | leat::intersperse(0) | hinted()) == 0);
    CHECK(hint(range | leat::cartesian(three) | hinted()) == 0);
    CHECK(hint(range | leat::take(most) | hinted()) == (range.size() == most ? 0 : range.size()));
  }
  CHECK((more | hinted()).known == leat::start_info::unknown);
  CHECK((three | leat::cartesian(more) | leat::take(5) | leat::count()) == 5);
  CHECK_THROWS_AS(leat::enumerate(-1), leat::usage_error);
  CHECK((three | leat::enumerate(5) | leat::keys() | leat::sum()) == 18);
}

TEST_CASE("a hint carries the run that the chain takes part in") {
  CHECK((std::vector{1} | leat::map(any) | hinted()).run != nullptr);
}

}  // namespace
}  // namespace core_start_info
