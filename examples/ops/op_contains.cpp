// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  std::vector<std::string> words{"apple", "pear", "fig"};
  std::printf("pear: %d\n", words | leat::contains("pear"));
  auto squares = leat::iota(0) | leat::map([](int n) { return n * n; });  // endless
  std::printf("1,024 is a square: %d\n", squares | leat::contains(1024));
}
