// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>
#include <leat/stage/views.hpp>

#include <cstdio>
#include <range/v3/view/chunk.hpp>
#include <range/v3/view/sliding.hpp>
#include <range/v3/view/take.hpp>
#include <ranges>
#include <vector>

int main() {
  namespace rv = ranges::views;
  const std::vector<int> v{1, 2, 3, 4, 5, 6};
  auto even = leat::filter([](int x) { return x % 2 == 0; });
  auto sum = leat::map([](auto&& chunk) { return chunk | leat::sum(); });

  auto evens = v | even;
  for (int x : evens | std::views::drop(1)) std::printf("[%d]", x);
  for (int x : evens | rv::take(2)) std::printf("(%d)", x);
  for (int x : v | even | rv::take(1)) std::printf("<%d>", x);  // a temporary: needs stage/views.hpp
  for (int x : v | leat::views(rv::sliding(2)) | sum | leat::take(2)) std::printf("{%d}", x);  // sees v itself

  auto pairs = even | leat::views(rv::chunk(2)) | sum;  // a stage like any other: no source yet
  for (int x : v | pairs) std::printf("|%d|", x);
  std::puts("");
}
