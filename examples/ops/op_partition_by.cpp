// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <vector>

int main() {
  std::vector<int> numbers{3, 8, 5, 4, 7};
  auto even = [](int n) { return n % 2 == 0; };
  auto [evens, odds] = numbers | leat::partition_by(even);
  for (int n : evens) std::printf("even %d\n", n);
  for (int n : odds) std::printf("odd %d\n", n);
  auto [even_sum, odd_sum] = numbers | leat::partition_by(even, leat::sum());
  std::printf("sums %d and %d\n", even_sum, odd_sum);
}
