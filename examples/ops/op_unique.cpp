// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <vector>

int main() {
  const std::vector<int> v{1, 1, 2, 3, 3, 1};
  for (int x : v | leat::unique()) std::printf("[%d]", x);
  for (int x : v | leat::unique([](int x) { return x % 2; })) std::printf("(%d)", x);
  std::puts("");
}
