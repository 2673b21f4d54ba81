// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>

int main() {
  for (int x : leat::iota(0, 10) | leat::stride(4)) std::printf("[%d]", x);
  std::puts("");
}
