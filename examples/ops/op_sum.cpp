// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdint>
#include <cstdio>
#include <vector>

int main() {
  const std::vector<std::int8_t> v{100, 100, 100};
  std::printf("%d, not %d\n", v | leat::sum<int>(), v | leat::sum());
}
