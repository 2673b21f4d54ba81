// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  std::vector<int> numbers{3, 8, 5};
  auto text = leat::map([](int n) { return std::to_string(n); });
  std::printf("[%s]\n", (numbers | text | leat::to_text(", ")).c_str());
  std::printf("%s\n", (numbers | text | leat::to_text()).c_str());
}
