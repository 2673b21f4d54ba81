// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <vector>

int main() {
  const std::vector<int> v{1, 2, 3, 4, 5, 6, 7};
  for (auto const& c : v | leat::chunk(3)) std::printf("%zu: %d to %d\n", c.size(), c.front(), c.back());
  for (int sum : v | leat::chunk(3, leat::sum())) std::printf("[%d]", sum);
  std::puts("");
}
