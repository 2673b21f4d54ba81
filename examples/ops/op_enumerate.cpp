// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  const std::vector<std::string> names{"ann", "bob"};
  for (auto const& [i, name] : names | leat::enumerate(1)) std::printf("%zu. %s\n", i, name.c_str());
}
