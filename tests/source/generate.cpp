// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../stage/support.hpp"

namespace source_generate {
namespace {

using vector = std::vector<int>;

/// 0, 1, 2, ...: without end, or up to `n`.
struct upward {
  int next = 0;
  constexpr int operator()() { return next++; }
};
struct up_to {
  int n, next = 0;
  constexpr std::optional<int> operator()() { return next < n ? std::optional(next++) : std::nullopt; }
};

static_assert((leat::generate(upward{3}) | leat::take(3) | leat::sum()) == 12);
static_assert((leat::generate(up_to{4}) | leat::sum()) == 6);
static_assert((leat::generate([] { return std::optional<int>(); }) | leat::count()) == 0);

TEST_CASE("generate equals its loop, up to an empty optional") {
  for (int n : {0, 1, 2, 30}) {
    CAPTURE(n);
    const vector expected = leat::iota(0, n) | leat::to_vector();
    auto all = leat::generate(up_to{n});
    for (int pass = 0; pass < 2; ++pass) {  // each begins with a copy of the function
      CHECK((all | leat::to_vector()) == expected);
      CHECK(probe::pulled(all) == expected);
    }
    auto pipeline = leat::generate(up_to{n}) | leat::flat_map([](int x) { return vector{x, x}; });
    for (int pass = 0; pass < 2; ++pass) {
      CHECK((pipeline | leat::count()) == 2 * expected.size());
      CHECK(probe::pulled(pipeline) == (pipeline | leat::to_vector()));
    }
    CHECK((leat::generate(upward()) | leat::take(n) | leat::to_vector()) == expected);
    CHECK(probe::pulled(leat::generate(upward()) | leat::take(n)) == expected);
  }
}

TEST_CASE("the function is called once an element, and not behind an early stop") {
  int calls = 0;
  auto all = leat::generate([&calls] { return calls++; });
  CHECK((all | leat::take(3) | leat::to_vector()) == vector{0, 1, 2});
  CHECK(calls == 3);
  CHECK((all | leat::take(0) | leat::count()) == 0);
  CHECK(calls == 3);
  CHECK(probe::pulled(all | leat::take(2)) == vector{3, 4});
  CHECK(calls == 5);
}

TEST_CASE("elements move out of an owned generate, and can be changed in a borrowed one") {
  probe::tracked::reset();
  auto tracked = [n = 0]() mutable { return probe::tracked(n++); };
  CHECK((leat::generate(tracked) | leat::take(3) | leat::to_vector()).back().value == 2);
  CHECK(probe::tracked::copies == 0);
  auto some = [n = 0]() mutable { return n < 3 ? std::optional<probe::tracked>(n++) : std::nullopt; };
  CHECK((leat::generate(some) | leat::to_vector()).back().value == 2);
  CHECK(probe::tracked::copies == 0);

  auto pointers = [n = 0]() mutable { return std::make_unique<int>(n++); };
  CHECK(*(leat::generate(pointers) | leat::take(3) | leat::to_vector()).back() == 2);
  auto names = leat::generate([] { return std::string("a"); });
  for (std::string& name : names | leat::take(2)) name += "b";
  CHECK((names | leat::inspect([](auto const&) {}) | leat::first()) == "a");
}

TEST_CASE("a function that returns a reference, a member, or that only moves") {
  const std::string word = "word";
  CHECK((leat::generate([&word]() -> const std::string& { return word; }) | leat::take(2) | leat::to_text()) == "wordword");
  auto once = leat::generate([p = std::make_unique<int>(0)] { return ++*p; });
  CHECK((once | leat::take(2) | leat::to_vector()) == vector{1, 2});
  CHECK((once | leat::take(2) | leat::to_vector()) == vector{3, 4});  // its only pass goes on
  CHECK(probe::pulled(leat::generate([p = std::make_unique<int>(0)] { return ++*p; }) | leat::take(2)) == vector{1, 2});
}

TEST_CASE("what the function throws leaves the pipeline") {
  auto failing = [n = 0]() mutable { return n < 2 ? n++ : throw std::runtime_error("no third"); };
  vector seen;
  CHECK_THROWS_WITH(leat::generate(failing) | leat::for_each([&](int x) { seen.push_back(x); }), "no third");
  CHECK(seen == vector{0, 1});
  seen.clear();
  CHECK_THROWS_WITH(
      [&] {
        for (int x : leat::generate(failing) | leat::map([](int i) { return i; })) seen.push_back(x);
      }(),
      "no third");
  CHECK(seen == vector{0, 1});
}

}  // namespace
}  // namespace source_generate
