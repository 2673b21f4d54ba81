// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <functional>
#include <vector>

int main() {
  const std::vector<int> v{2, 3, 7};
  std::printf("%d\n", v | leat::reduce(std::multiplies{}));
}
