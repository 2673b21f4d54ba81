// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <optional>

int main() {
  auto countdown = leat::generate([n = 3]() mutable { return n == 0 ? std::nullopt : std::optional(n--); });
  for (int x : countdown) std::printf("[%d]", x);
  std::printf(" sum %d\n", countdown | leat::sum());  // each pass begins with a copy of the function
}
