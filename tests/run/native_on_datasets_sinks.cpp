// SPDX-License-Identifier: BSL-1.0
// Every sink on a dataset yields what it yields on the plain range.
#include <leat/native.hpp>
#include <leat/run/context.hpp>
#include <leat/run/operation/enumerate.hpp>
#include <leat/run/operation/take.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

namespace run_native_on_datasets_sinks {
namespace {

constexpr auto rest = [](int x) { return x % 7; };
constexpr auto positive = [](int x) { return x > 0; };
const auto text = leat::map([](int x) { return std::to_string(x); });
const auto keyed = leat::map([](int x) { return std::pair(x % 7, x); });

/// Calls `body(range, dataset)` with the same random numbers; there are more partitions than numbers in some.
template <class F>
void with_datasets(F body) {
  leat::context ctx{{.slots = 2}};
  for (std::size_t n : {1u, 10u, 1000u})
    for (std::size_t partitions : {1u, 3u, 50u}) {
      CAPTURE(n);
      CAPTURE(partitions);
      std::mt19937 random(static_cast<unsigned>(n + partitions));
      std::vector<int> v(n);
      for (int& x : v) x = static_cast<int>(random() % 200) - 100;
      body(v, ctx.parallelize(v, partitions));
    }
}

TEST_CASE("sinks that merge: a dataset yields what the range yields") {
  with_datasets([](const std::vector<int>& v, const leat::dataset<int>& all) {
    auto same = [&](const auto& sink) { CHECK((all | sink) == (v | sink)); };
    same(leat::mean());
    same(leat::mean([](int x) { return x * x; }));
    same(leat::min_max());
    same(leat::min_max(rest));
    same(leat::min_max(std::greater{}, rest));
    for (int limit : {-101, -50, 98, 200}) {
      auto above = [=](int x) { return x > limit; };
      same(leat::any_of(above));
      same(leat::all_of(above));
      same(leat::none_of(above));
      same(leat::contains(limit));
    }
    same(leat::contains(v.back()));
    same(leat::last());
    same(leat::histogram({-100, -10, 0, 90}));
    same(leat::histogram(8, -90, 90));
    same(leat::histogram(8));
    same(leat::partition_by(positive));
    same(leat::partition_by(positive, leat::map(rest) | leat::sum()));
    same(leat::group_into(rest));
    same(leat::group_into<std::map>(rest, leat::count()));
    same(leat::group_into<std::map>(rest, leat::partition_by(positive)));
    same(keyed | leat::to_map());
    same(leat::to_map<std::unordered_map>(rest));
    same(text | leat::to_text(", "));
    same(leat::tee(leat::count(), leat::filter(positive) | leat::to_vector(), leat::tee(leat::last(), text | leat::to_text())));
  });
}

TEST_CASE("sinks that need all elements in order get them so") {
  with_datasets([](const std::vector<int>& v, const leat::dataset<int>& all) {
    auto same = [&](const auto& sink) { CHECK((all | sink) == (v | sink)); };
    for (std::size_t i : {std::size_t{0}, v.size() / 2, v.size() - 1}) same(leat::nth(i));
    CHECK_THROWS_AS((all | leat::nth(v.size())), leat::empty_dataset);
    same(leat::tee(leat::count(), leat::take(5) | leat::to_vector()));
    same(leat::group_into<std::map>(rest, leat::take(2) | leat::to_vector()));
    same(leat::partition_by(positive, leat::enumerate() | leat::to_vector()));
    std::ostringstream from_range, from_dataset;
    CHECK((v | leat::write_lines(from_range)) == (all | leat::write_lines(from_dataset)));
    CHECK(from_range.str() == from_dataset.str());
    const std::string path = "/tmp/leat-dataset-lines-" + std::to_string(::getpid());
    std::vector<int> seen;
    auto each = leat::for_each([&](int x) { seen.push_back(x); });
    CHECK((all | leat::tee(leat::write_lines(path), each)) == std::tuple(v.size(), leat::nothing()));
    CHECK(seen == v);
    CHECK((leat::lines(path) | leat::to_vector()) == (v | text | leat::to_vector()));
    ::unlink(path.c_str());
  });
}

TEST_CASE("sinks on a dataset: NaN is last and no key, and deviations do not stand still, in whatever partitions") {
  leat::context ctx{{.slots = 2}};
  std::vector<double> levels(10'000, 1e12);
  std::fill(levels.begin() + 5000, levels.end(), 1e12 + 1);
  for (const std::size_t partitions : {1, 2, 3, 8}) {
    CAPTURE(partitions);
    auto some = ctx.parallelize(std::vector{2., 3., std::nan(""), 1.}, partitions);
    CHECK(some.min() == 1);
    CHECK(some.max() == 3);
    CHECK(some.top(2) == std::vector{3., 2.});
    CHECK_THROWS_AS((some | leat::to<std::set>()), leat::usage_error);
    const auto s = ctx.parallelize(levels, partitions).stats();
    CHECK(s.mean == 1e12 + 0.5);
    CHECK(s.variance == doctest::Approx(0.25).epsilon(1e-12));
  }
}

TEST_CASE("sinks on a dataset of nothing") {
  leat::context ctx{{.slots = 2}};
  auto none = ctx.parallelize(std::vector{1, 2, 3}, 3) | leat::filter([](int x) { return x > 3; });
  CHECK(std::isnan(none | leat::mean()));
  CHECK_THROWS_WITH_AS((none | leat::min_max()), "leat: min_max of no elements", leat::empty_dataset);
  CHECK_THROWS_WITH_AS((none | leat::last()), "leat: last of no elements", leat::empty_dataset);
  CHECK_THROWS_WITH_AS((none | leat::nth(2)), "leat: nth(2) of 0 elements", leat::empty_dataset);
  CHECK((none | text | leat::to_text(",")).empty());
  CHECK((none | leat::group_into(rest)).empty());
}

TEST_CASE("sinks that have had enough leave partitions alone") {
  leat::context ctx{{.slots = 2}};
  std::atomic<int> touched = 0;
  auto numbers = ctx.range(0, 1000, 1000) | leat::inspect([&](std::int64_t) { ++touched; });
  CHECK((numbers | leat::contains(2)));
  CHECK(touched <= 5);
  touched = 0;
  CHECK((numbers | leat::tee(leat::first(), leat::any_of([](auto x) { return x == 1; }))) == std::tuple(0, true));
  CHECK(touched <= 5);
  touched = 0;
  CHECK((numbers | leat::nth(3)) == 3);
  CHECK(touched < 20);
}

TEST_CASE("on a dataset: a map's elements, which cannot be assigned") {
  std::map<int, int> v;
  for (int i = 0; i < 40; ++i) v.emplace(i, i * 7 % 10);
  leat::context ctx{{.slots = 2}};
  const auto elements = ctx.parallelize(v, 3);
  CHECK((elements | leat::to_vector()) == (v | leat::to_vector()));
  const auto digit = [](const auto& p) { return p.second; };
  CHECK((elements | leat::top(5, digit)) == (v | leat::top(5, digit)));
  CHECK((elements | leat::group_into(digit)).at(3) == (v | leat::group_into(digit)).at(3));
}

}  // namespace
}  // namespace run_native_on_datasets_sinks
