// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>

int main() {
  auto odd = leat::iota(0, 20) | leat::filter([](int x) { return x % 2 == 1; });
  for (int x : odd | leat::take_last(3)) std::printf("[%d]", x);
  std::puts("");
}
