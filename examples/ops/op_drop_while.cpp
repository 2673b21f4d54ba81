// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  const std::vector<std::string> lines{"", "", "title", "", "text"};
  for (auto const& line : lines | leat::drop_while(&std::string::empty)) std::printf("[%s]", line.c_str());
  std::puts("");
}
