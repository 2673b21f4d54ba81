// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <vector>

int main() {
  std::vector<int> v{1, 2, 3};
  v | leat::for_each([](int& x) { x *= 10; });
  v | leat::for_each([](int x) { std::printf("[%d]", x); });
  std::puts("");
}
