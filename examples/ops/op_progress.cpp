// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>
#include <leat/stage/progress.hpp>

#include <cstdio>
#include <iostream>

int main() {
  const auto primes = leat::iota(2, 20'000) | leat::progress(std::cerr, "numbers")  // numbers: 12,000 of 19,998 (60 %), ...
                      | leat::filter([](int n) {
                          for (int d = 2; d * d <= n; ++d)
                            if (n % d == 0) return false;
                          return true;
                        })
                      | leat::count();
  std::printf("%zu primes\n", primes);
}
