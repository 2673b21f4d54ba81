// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <string>
#include <unordered_map>
#include <vector>

int main() {
  std::vector<std::string> words{"fig", "apple", "pear", "plum"};
  auto by_length = words | leat::to_map(&std::string::size);  // the last word of each length
  for (auto const& [length, word] : by_length) std::printf("%zu: %s\n", length, word.c_str());
  auto index = words | leat::enumerate() |
               leat::to_map<std::unordered_map>([](auto const& p) { return p.second; }, [](auto const& p) { return p.first; });
  std::printf("pear stands at %zu\n", index.at("pear"));
}
