// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <vector>

int main() {
  std::vector<int> numbers{3, 0, 8, 5};
  auto even = [](int n) { return n % 2 == 0; };
  std::printf("any even:  %d\n", numbers | leat::any_of(even));
  std::printf("all even:  %d\n", numbers | leat::all_of(even));
  std::printf("none even: %d\n", numbers | leat::none_of(even));
  std::printf("all true:  %d\n", numbers | leat::all_of());  // the elements themselves are the conditions
}
