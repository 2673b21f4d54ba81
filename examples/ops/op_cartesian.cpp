// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  const std::vector<std::string> suits{"clubs", "hearts"};
  for (auto const& [rank, suit] : leat::iota(7, 9) | leat::cartesian(suits)) std::printf("%d of %s\n", rank, suit.c_str());
  std::printf("%zu\n", leat::cartesian(leat::iota(0, 100), leat::iota(0, 100)) | leat::count());
}
