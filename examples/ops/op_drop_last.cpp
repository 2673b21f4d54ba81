// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  const std::vector<std::string> lines{"name", "ann", "bob", "2 rows"};
  for (auto const& line : lines | leat::drop(1) | leat::drop_last(1)) std::puts(line.c_str());
}
