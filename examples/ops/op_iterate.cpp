// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>

int main() {
  auto collatz = leat::iterate(6, [](int n) { return n % 2 == 0 ? n / 2 : 3 * n + 1; });
  for (int n : collatz | leat::take_while([](int n) { return n != 1; })) std::printf("[%d]", n);
  std::puts("");
}
