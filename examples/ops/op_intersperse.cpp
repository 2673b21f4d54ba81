// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  const std::vector<std::string> words{"a", "b", "c"};
  for (auto const& s : words | leat::intersperse(" - ")) std::printf("%s", s.c_str());
  std::puts("");
}
