// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <map>
#include <set>
#include <string>

int main() {
  const std::string text = "mississippi";
  for (char c : text | leat::to<std::set>()) std::printf("[%c]", c);
  const auto place = text | leat::enumerate() | leat::map([](auto p) { return std::pair(p.second, p.first); }) |
                     leat::to<std::map<char, std::size_t>>();
  std::printf(" s first at %zu\n", place.at('s'));
}
