// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <vector>

int main() {
  auto squares = leat::iota(0) | leat::map([](int n) { return n * n; });  // endless
  std::printf("the square of index 12 is %d\n", squares | leat::nth(12));
  try {
    std::vector{1, 2, 3} | leat::nth(5);
  } catch (const leat::empty_dataset& e) {
    std::printf("%s\n", e.what());
  }
}
