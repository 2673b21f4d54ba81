// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "probe.hpp"

namespace core_pipeline {
namespace {

constexpr auto is_even = [](int x) { return x % 2 == 0; };
constexpr auto square_of = [](int x) { return x * x; };

constexpr std::array numbers{1, 2, 3, 4, 5, 6};
static_assert((numbers | leat::filter(is_even) | leat::map(square_of) | leat::sum()) == 56);
static_assert((numbers | (leat::filter(is_even) | leat::map(square_of)) | leat::count()) == 3);
static_assert((numbers | (leat::filter(is_even) | leat::sum())) == 12);
static_assert((std::array{3, 1, 2} | leat::to_vector() | leat::max()) == 3);

TEST_CASE("a pipeline without a source is a value: copied, stored and used again") {
  const auto clean = leat::filter(is_even) | leat::map(square_of);
  const auto copy = clean;
  std::vector<int> a{1, 2, 3}, b{4, 5, 6};
  CHECK((a | clean | leat::to_vector()) == std::vector{4});
  CHECK((b | clean | leat::to_vector()) == std::vector{16, 36});
  CHECK((a | copy | leat::sum()) == 4);
  CHECK((b | (clean | leat::map([](int x) { return x + 1; })) | leat::sum()) == 54);
}

TEST_CASE("stage | sink is a sink, and goes on being one") {
  const std::vector<int> v{1, 2, 3, 4};
  const auto total = leat::map(square_of) | leat::sum();
  CHECK((v | total) == 30);
  CHECK((v | leat::filter(is_even) | total) == 20);
  CHECK((v | (leat::filter(is_even) | total)) == 20);
  CHECK((v | (leat::filter(is_even) | (leat::take(1) | total))) == 4);
}

TEST_CASE("however the bars are grouped, the result is the same") {
  const std::vector<int> v{1, 2, 3, 4, 5, 6};
  auto f = leat::filter(is_even);
  auto m = leat::map(square_of);
  auto t = leat::take(2);
  const int expected = v | f | m | t | leat::sum();
  CHECK(expected == 20);
  CHECK((v | (f | m | t) | leat::sum()) == expected);
  CHECK((v | (f | (m | t)) | leat::sum()) == expected);
  CHECK((v | f | (m | (t | leat::sum()))) == expected);
  CHECK((v | ((f | m) | (t | leat::sum()))) == expected);
}

TEST_CASE("a bound pipeline may be run again") {
  std::vector<int> v{1, 2, 3};
  const auto squares = v | leat::map(square_of);
  CHECK((squares | leat::sum()) == 14);
  v.push_back(4);
  CHECK((squares | leat::sum()) == 30);
}

TEST_CASE("a function's own state is made anew for each run") {
  std::vector<int> v{1, 1, 1};
  auto numbered = leat::map([n = 0](int x) mutable { return x + n++; });
  CHECK((v | numbered | leat::sum()) == 6);
  CHECK((v | numbered | leat::sum()) == 6);
}

TEST_CASE("functions that only move") {
  std::vector<int> v{1, 2, 3};
  auto add = [by = std::make_unique<int>(10)](int x) { return x + *by; };
  CHECK((v | leat::map(std::move(add)) | leat::sum()) == 36);
  auto keep = [by = std::make_unique<int>(2)](int x) { return x >= *by; };
  CHECK((v | (leat::filter(std::move(keep)) | leat::take(1)) | leat::first()) == 2);
  int seen = 0;
  auto visit = [by = std::make_unique<int>(1), &seen](int x) { seen += x * *by; };
  v | leat::for_each(std::move(visit));
  CHECK(seen == 6);
  auto step = [by = std::make_unique<int>(1)](int a, int x) { return a + x * *by; };
  CHECK((v | leat::fold(0, std::move(step))) == 6);
}

/// Counts the calls of finish.
struct watching : leat::stage_base {
  int* finished;
  explicit watching(int* f) : finished(f) {}
  template <class In>
  using result = In;
  template <class In, class Next>
  struct node {
    int* finished;
    Next next;
    bool start(leat::start_info n) { return next.start(n); }
    bool operator()(In&& x) { return next(std::forward<In>(x)); }
    void finish() {
      ++*finished;
      next.finish();
    }
  };
  template <class In>
  static consteval bool accepts() {
    return true;
  }
  template <class In, class Self, class Next>
  static node<In, Next> bind(Self&& self, Next next) {
    return {self.finished, std::move(next)};
  }
};

TEST_CASE("an exception leaves the loop at once, and finish is not called") {
  int finished = 0, asked = 0;
  auto alive = std::make_shared<int>(0);
  auto fails = [alive](int x) { return x == 3 ? throw std::runtime_error("three") : x; };
  CHECK_THROWS_WITH(probe::counted(asked) | watching(&finished) | leat::map(fails) | leat::count(), "three");
  CHECK(finished == 0);
  CHECK(asked == 4);
  CHECK(alive.use_count() == 2);  // here and in `fails`

  CHECK((std::vector{1, 2} | watching(&finished) | leat::count()) == 2);
  CHECK(finished == 1);
  CHECK((std::vector{1, 2} | watching(&finished) | leat::first()) == 1);  // also after an early stop
  CHECK(finished == 2);
  CHECK((std::vector{1, 2} | watching(&finished) | leat::take(0) | leat::count()) == 0);
  CHECK(finished == 3);
}

TEST_CASE("an early stop reaches the source") {
  int asked = 0;
  CHECK((probe::counted(asked) | leat::take(3) | leat::to_vector()) == std::vector{0, 1, 2});
  CHECK(asked == 3);
  asked = 0;
  CHECK((probe::counted(asked) | leat::filter(is_even) | leat::map(square_of) | leat::take(3) | leat::sum()) == 20);
  CHECK(asked == 5);
  asked = 0;
  CHECK((probe::counted(asked) | leat::map(square_of) | leat::first()) == 0);
  CHECK(asked == 1);
  asked = 0;
  CHECK((probe::counted(asked) | leat::map(square_of) | (leat::take(4) | leat::count())) == 4);
  CHECK(asked == 4);
  asked = 0;
  CHECK((probe::counted(asked) | leat::take(0) | leat::count()) == 0);
  CHECK(asked == 0);
}

TEST_CASE("behaviour 1: nothing in, the neutral result out, or empty_dataset") {
  const std::vector<int> none;
  CHECK((none | leat::count()) == 0);
  CHECK((none | leat::sum()) == 0);
  CHECK((none | leat::to_vector()).empty());
  CHECK((none | leat::map(square_of) | leat::to<std::vector>()).empty());
  CHECK((none | leat::stats()).count == 0);
  CHECK((none | leat::top(3)).empty());
  CHECK((none | leat::fold(7, std::plus{})) == 7);
  CHECK_THROWS_AS(none | leat::reduce(std::plus{}), leat::empty_dataset);
  CHECK_THROWS_AS(none | leat::first(), leat::empty_dataset);
  CHECK_THROWS_AS(none | leat::min(), leat::empty_dataset);
  CHECK_THROWS_AS(none | leat::max(), leat::empty_dataset);
  CHECK_THROWS_WITH(none | leat::first(), "leat: first of no elements");
}

TEST_CASE("random pipelines equal the loops that they stand for") {
  probe::with_random_input([](const std::vector<int>& v) {
    std::vector<long> expected;
    for (int x : v)
      if (x % 3 != 0)
        for (int k = 0; k < x; ++k)
          if (expected.size() < 20) expected.push_back(long{x} * k);
    auto multiples = [](int x) {
      std::vector<long> all;
      for (int k = 0; k < x; ++k) all.push_back(long{x} * k);
      return all;
    };
    auto chain = v | leat::filter([](int x) { return x % 3 != 0; }) | leat::flat_map(multiples) | leat::take(20);
    CHECK((chain | leat::to_vector()) == expected);
    std::vector<long> pulled;
    for (long x : chain) pulled.push_back(x);
    CHECK(pulled == expected);
  });
}

}  // namespace
}  // namespace core_pipeline
