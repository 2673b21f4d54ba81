// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <map>
#include <string>
#include <vector>

int main() {
  std::vector<std::string> words{"fig", "apple", "pear", "plum", "kiwi"};
  auto by_length = words | leat::group_into<std::map>(&std::string::size);
  for (auto const& [length, group] : by_length) {
    std::printf("%zu:", length);
    for (auto const& word : group) std::printf(" %s", word.c_str());
    std::printf("\n");
  }
  auto counts = words | leat::group_into(&std::string::size, leat::count());  // std::unordered_map
  std::printf("%zu of 4 letters\n", counts.at(4));
}
