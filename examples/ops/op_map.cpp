// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  const std::vector<std::string> words{"one", "three"};
  for (std::size_t n : words | leat::map(&std::string::size)) std::printf("[%zu]", n);
  for (int x : leat::iota(1, 5) | leat::map([](int x) { return x * x; })) std::printf("(%d)", x);
  std::puts("");
}
