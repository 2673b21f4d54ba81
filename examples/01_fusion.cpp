// SPDX-License-Identifier: BSL-1.0
// A pipeline over a plain range: one fused loop, no workers.
#include <leat/native.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  std::vector<int> numbers{3, 1, 4, 1, 5, 9, 2, 6, 5, 3};

  auto even_squares = leat::filter([](int n) { return n % 2 == 0; })  // a value: no data yet
      | leat::map([](int n) { return n * n; });

  std::printf("sum   %d\n", numbers | even_squares | leat::sum());
  for (int n : numbers | even_squares) std::printf("each  %d\n", n);

  auto s = leat::iota(1) | even_squares | leat::take(1000) | leat::stats();  // endless source, stopped early
  std::printf("stats count %zu, mean %.1f, max %.0f\n", s.count, s.mean, s.max);
}
