// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  std::vector<std::string> words{"three", "one", "seven", "two"};
  auto [first, last] = words | leat::min_max();
  auto [shortest, longest] = words | leat::min_max(&std::string::size);
  std::printf("from %s to %s\n", first.c_str(), last.c_str());
  std::printf("%s is short, %s is long\n", shortest.c_str(), longest.c_str());
}
