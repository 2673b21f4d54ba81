// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>

int main() {
  auto up_to = [](int n) { return leat::iota(1, n + 1); };
  for (int x : leat::iota(1, 4) | leat::flat_map(up_to)) std::printf("[%d]", x);
  std::puts("");
}
