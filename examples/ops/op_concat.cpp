// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <vector>

int main() {
  const std::vector<int> a{1, 2};
  for (int x : leat::concat(a, leat::iota(7, 9), a)) std::printf("[%d]", x);
  for (double x : leat::concat(a, std::vector{0.5})) std::printf("(%.1f)", x);  // int and double: double
  std::puts("");
}
