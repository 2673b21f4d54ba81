// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <vector>

int main() {
  const std::vector<int> v{1, 2, 3, 4, 5};
  for (int x : v | leat::drop(3)) std::printf("[%d]", x);
  std::puts("");
}
