// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>

int main() {
  auto squares = leat::iota(1) | leat::map([](int x) { return x * x; });
  for (int x : squares | leat::take_while([](int x) { return x < 30; })) std::printf("[%d]", x);
  std::puts("");
}
