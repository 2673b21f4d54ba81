// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>

int main() {
  for (int x : leat::iota(1) | leat::filter([](int x) { return x % 7 == 0; }) | leat::take(3)) std::printf("[%d]", x);
  std::puts("");
}
