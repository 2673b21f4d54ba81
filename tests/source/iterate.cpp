// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "../stage/support.hpp"

namespace source_iterate {
namespace {

using vector = std::vector<int>;

constexpr auto twice = [](int x) { return 2 * x; };
static_assert((leat::iterate(1, twice) | leat::take(5) | leat::sum()) == 31);

TEST_CASE("iterate equals its loop, in each pass") {
  for (int n : {0, 1, 2, 20}) {
    CAPTURE(n);
    vector expected;
    for (int i = 0, x = 3; i < n; ++i, x = 7 * x % 23) expected.push_back(x);
    const auto all = leat::iterate(3, [](int x) { return 7 * x % 23; });
    for (int pass = 0; pass < 2; ++pass) {
      CHECK((all | leat::take(n) | leat::to_vector()) == expected);
      CHECK(probe::pulled(all | leat::take(n)) == expected);
    }
    auto pairs = leat::iterate(std::pair(0, 1), [](auto p) { return std::pair(p.second, p.first + p.second); });
    CHECK((pairs | leat::keys() | leat::take(n) | leat::count()) == expected.size());
    CHECK(probe::pulled(pairs | leat::keys() | leat::take(n)) == (pairs | leat::keys() | leat::take(n) | leat::to_vector()));
  }
}

TEST_CASE("the function is not called behind an early stop") {
  int calls = 0;
  auto all = leat::iterate(0, [&calls](int x) {
    ++calls;
    return x + 1;
  });
  CHECK((all | leat::first()) == 0);
  CHECK(calls == 0);
  CHECK((all | leat::take(3) | leat::to_vector()) == vector{0, 1, 2});
  CHECK(calls == 2);
  CHECK(probe::pulled(all | leat::take(3)) == vector{0, 1, 2});
  CHECK(calls == 4);
}

TEST_CASE("the element moves into the function, and is copied once a pass") {
  auto grow = [](std::string s) { return std::move(s) + "x"; };
  CHECK((leat::iterate(std::string("a"), grow) | leat::take(3) | leat::to_vector()) ==
        std::vector<std::string>{"a", "ax", "axx"});
  probe::tracked::reset();
  auto next = [](probe::tracked x) {
    ++x.value;
    return x;
  };
  auto all = leat::iterate(probe::tracked(1), next);
  CHECK((all | leat::take(4) | leat::map(&probe::tracked::value) | leat::sum()) == 10);
  CHECK(probe::tracked::copies == 1);
}

TEST_CASE("a member as the function, and many elements made of each") {
  struct node {
    int value;
    const node* next;
  };
  const node last{2, nullptr}, first{1, &last};
  auto values = leat::iterate(&first, &node::next) | leat::take_while([](const node* n) { return n != nullptr; }) |
                leat::map(&node::value);
  CHECK((values | leat::to_vector()) == vector{1, 2});
  CHECK(probe::pulled(values) == vector{1, 2});
  auto all =
      leat::iterate(1, [](int x) { return x + 1; }) | leat::flat_map([](int x) { return leat::iota(0, x); }) | leat::take(6);
  CHECK((all | leat::to_vector()) == vector{0, 0, 1, 0, 1, 2});
  CHECK(probe::pulled(all) == vector{0, 0, 1, 0, 1, 2});
}

}  // namespace
}  // namespace source_iterate
