// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  const std::vector<std::string> words{"three", "one", "seven", "two"};
  std::printf("%s comes first\n", (words | leat::min()).c_str());
  std::printf("%s is the longest, and the first of such\n", (words | leat::max(&std::string::size)).c_str());
}
