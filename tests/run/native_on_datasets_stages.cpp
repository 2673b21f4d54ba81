// SPDX-License-Identifier: BSL-1.0
// Every native stage on a dataset: per element ones as on the plain range, ordered ones within each partition.
#include <leat/native.hpp>
#include <leat/run/context.hpp>
#include <leat/run/operation/per_partition.hpp>
#include <leat/stage/views.hpp>

#include <doctest/doctest.h>
#include <range/v3/view/chunk.hpp>
#include <range/v3/view/reverse.hpp>

#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace run_native_on_datasets_stages {
namespace {

/// Calls `body(range, dataset)` with the same random numbers; there are more partitions than numbers in some.
template <class F>
void with_partitions(F body) {
  leat::context ctx{{.slots = 2}};
  for (std::size_t n : {0u, 1u, 10u, 2000u})
    for (std::size_t partitions : {1u, 3u, 50u}) {
      CAPTURE(n);
      CAPTURE(partitions);
      std::mt19937 random(static_cast<unsigned>(n + partitions));
      std::vector<int> v(n);
      for (int& x : v) x = static_cast<int>(random() % 20) - 10;
      body(v, ctx.parallelize(v, partitions));
    }
}

/// The elements of each partition that has any.
template <class D>
std::vector<std::vector<int>> parts_of(const D& all) {
  std::vector<std::vector<int>> parts;
  for (auto [at, x] : all | leat::per_partition(leat::enumerate())) {
    if (at == 0) parts.emplace_back();
    parts.back().push_back(x);
  }
  return parts;
}

constexpr auto negative = [](int x) { return x < 0; };
constexpr auto half = [](int x) { return x / 2; };
constexpr auto rising = [](int a, int b) { return a <= b; };

TEST_CASE("per element stages: a dataset yields what the range yields") {
  with_partitions([](const std::vector<int>& v, const leat::dataset<int>& all) {
    auto same = [&](auto stage) { CHECK((all | stage).collect() == (v | stage | leat::to_vector())); };
    const auto pair = leat::map([](int x) { return std::pair(std::to_string(x), x); });
    same(pair | leat::keys());
    same(pair | leat::values());
    same(pair | leat::elements<1>());
    same(pair | leat::elements<1, 0>());
    same(pair | leat::elements(&std::pair<std::string, int>::first));
    const auto text = leat::map([](int x) { return std::to_string(x) + " , " + std::to_string(x * x); });
    same(text | leat::split());
    same(text | leat::split(','));
    same(text | leat::split(" ,"));
    same(text | leat::map([](const std::string& s) { return std::vector<std::string>(2, s); }) | leat::join("; "));
    const std::vector<std::string> others{"a", "b", "c"};
    same(leat::cartesian(others));
    same(leat::cartesian(std::vector<int>{1, 2}) | leat::filter([](auto const& p) { return p.first != p.second; }));
    CHECK(leat::cartesian(all, others).collect() == (leat::cartesian(v, others) | leat::to_vector()));
  });
}

TEST_CASE("ordered stages: each partition yields what it would yield as a range") {
  with_partitions([](const std::vector<int>&, const leat::dataset<int>& all) {
    const auto parts = parts_of(all);
    auto same = [&](auto stage) {
      auto got = (all | leat::per_partition(stage)).collect();
      decltype(got) expected;
      for (const auto& part : parts)
        for (auto& x : part | stage | leat::to_vector()) expected.push_back(std::move(x));
      CHECK(got == expected);
    };
    same(leat::drop(3));
    same(leat::take_while(negative));
    same(leat::drop_while(negative));
    same(leat::take_last(3));
    same(leat::drop_last(3));
    same(leat::unique());
    same(leat::unique(half));
    same(leat::chunk(4));
    same(leat::chunk(4, leat::sum()));
    same(leat::chunk(4, leat::map(half) | leat::to_vector()));
    same(leat::chunk_by(rising));
    same(leat::chunk_by(half, leat::count()));
    same(leat::slide(3));
    same(leat::slide(2, 3));
    same(leat::stride(3));
    same(leat::scan(std::plus{}));
    same(leat::scan(100L, std::plus{}));
    same(leat::intersperse(99));
    same(leat::views(ranges::views::reverse));
    same(leat::map(half) | leat::views(ranges::views::chunk(3)) | leat::map([](auto&& c) { return c | leat::sum(); }));
    same(leat::drop(1) | leat::chunk(3) | leat::map([](const std::vector<int>& c) { return c.back(); }) | leat::unique());
  });
}

}  // namespace
}  // namespace run_native_on_datasets_stages
