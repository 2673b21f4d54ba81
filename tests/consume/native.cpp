// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <iostream>
#include <vector>

#if defined(LEAT_SEPARATE_COMPILATION)
#error "leat alone must not ask for a library"
#endif

int main() {
  std::vector<long> xs{1, 2, 3, 4};
  std::cout << (xs | leat::filter([](long x) { return x % 2 == 0; }) | leat::map([](long x) { return x * x; }) | leat::sum())
            << '\n';
}
