// SPDX-License-Identifier: BSL-1.0
#include <doctest/doctest.h>

#include <leat/native.hpp>
#include <list>
#include <vector>

#include "probe.hpp"

namespace {

/// Yields the hint that it was started with.
struct hinted : leat::sink_base {
  template <class In>
  static consteval bool accepts() {
    return true;
  }
  template <class In>
  struct state {
    leat::size_hint seen{};
    constexpr bool start(leat::size_hint n) {
      seen = n;
      return true;
    }
    constexpr bool operator()(In&&) { return false; }
    constexpr leat::size_hint result() { return seen; }
  };
};

constexpr auto any = [](int) { return true; };

TEST_CASE("size hints travel along the chain") {
  const std::vector<int> v(10);
  auto check = [](leat::size_hint h, leat::size_hint::kind kind, std::size_t n) {
    CHECK(h.known == kind);
    CHECK(h.n == n);
  };
  check(v | hinted(), leat::size_hint::exact, 10);
  check(v | leat::map(any) | leat::enumerate() | hinted(), leat::size_hint::exact, 10);
  check(v | leat::inspect([](int) {}) | hinted(), leat::size_hint::exact, 10);
  check(v | leat::filter(any) | hinted(), leat::size_hint::at_most, 10);
  check(v | leat::filter(any) | leat::take(3) | hinted(), leat::size_hint::at_most, 3);
  check(v | leat::take(3) | hinted(), leat::size_hint::exact, 3);
  check(v | leat::take(30) | hinted(), leat::size_hint::exact, 10);
  check(v | leat::take(0) | hinted(), leat::size_hint::exact, 0);
  check(v | leat::flat_map([](int) { return std::vector{1}; }) | hinted(), leat::size_hint::unknown, 0);
  check(v | leat::flat_map([](int) { return std::vector{1}; }) | leat::take(5) | hinted(), leat::size_hint::at_most, 5);
  check(leat::iota(3, 7) | hinted(), leat::size_hint::exact, 4);
  check(leat::iota(3) | hinted(), leat::size_hint::unknown, 0);
  check(leat::iota(3) | leat::take(4) | hinted(), leat::size_hint::at_most, 4);
  int asked = 0;
  check(probe::counted(asked) | hinted(), leat::size_hint::unknown, 0);
  check(v | (leat::filter(any) | hinted()), leat::size_hint::at_most, 10);
}

TEST_CASE("a hint carries the run that the chain takes part in") {
  CHECK((std::vector{1} | leat::map(any) | hinted()).run != nullptr);
}

}  // namespace
