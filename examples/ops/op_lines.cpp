// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <string>

int main() {
  std::size_t at = 0;  // this very file
  for (const std::string& line : leat::lines("op_lines.cpp") | leat::take(2)) std::printf("%zu: %s\n", ++at, line.c_str());
}
