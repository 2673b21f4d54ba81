// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  const std::vector<std::string> words{"one", "three"};
  auto longer = [](std::size_t n, const std::string& w) { return n < w.size() ? w.size() : n; };
  std::printf("%zu\n", words | leat::fold(std::size_t{0}, longer));
}
