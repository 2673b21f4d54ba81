// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <sstream>
#include <string>

int main() {
  std::istringstream in("name,age\r\nann,31\r\nbob,27");
  auto lines = leat::lines(in);
  std::printf("header: %s\n", (lines | leat::first()).c_str());
  for (const std::string& line : lines) std::printf("row:    %s\n", line.c_str());  // goes on behind the header
}
