// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <functional>
#include <vector>

int main() {
  const std::vector<int> v{3, 1, 4};
  for (int x : v | leat::scan(std::plus{})) std::printf("[%d]", x);
  for (double x : v | leat::scan(1.5, std::multiplies{})) std::printf("[%.1f]", x);
  std::puts("");
}
