// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  const std::vector<std::string> lines{"to be  or", " not"}, rows{"a,,b"};
  for (auto const& word : lines | leat::split()) std::printf("[%s]", word.c_str());
  for (auto const& cell : rows | leat::split(',')) std::printf("(%s)", cell.c_str());
  std::puts("");
}
