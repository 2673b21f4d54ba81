// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>

int main() {
  auto show = leat::inspect([](int x) { std::printf("[%d]", x); });
  const int sum = leat::iota(1) | show | leat::filter([](int x) { return x % 2 == 0; }) | leat::take(2) | leat::sum();
  std::printf(" sum %d\n", sum);  // behind the second even number nothing was asked for
}
