// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>

int main() {
  std::printf("%d\n", leat::iota(1) | leat::filter([](int x) { return x * x > 1000; }) | leat::first());
  try {
    leat::iota(0, 0) | leat::first();
  } catch (const leat::empty_dataset& e) {
    std::puts(e.what());
  }
}
