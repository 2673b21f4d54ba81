// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <vector>

int main() {
  std::vector<int> numbers{3, 8, 5, 4, 7};
  auto even = leat::filter([](int n) { return n % 2 == 0; });
  std::printf("the last even number is %d\n", numbers | even | leat::last());
}
