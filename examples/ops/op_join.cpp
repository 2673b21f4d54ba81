// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  const std::vector<std::vector<std::string>> rows{{"a", "b"}, {"c"}};
  for (auto const& line : rows | leat::join(", ")) std::puts(line.c_str());
}
