// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>

int main() {
  for (int x : leat::iota(3, 7)) std::printf("[%d]", x);
  for (int x : leat::iota(10) | leat::stride(5) | leat::take(3)) std::printf("(%d)", x);
  std::puts("");
}
