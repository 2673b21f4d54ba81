// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <vector>

int main() {
  std::vector<int> v{5, -1, 3, -2};
  v | leat::filter([](int x) { return x < 0; }) | leat::for_each([](int& x) { x = 0; });  // the elements themselves
  for (int x : v) std::printf("[%d]", x);
  std::puts("");
}
