// SPDX-License-Identifier: BSL-1.0
// A program of headers alone: what it includes is all there is of the library.
#include <leat/leat.hpp>

#include <iostream>
#include <vector>

#if defined(LEAT_SEPARATE_COMPILATION)
#error "leat alone must not ask for a library"
#endif

int main() {
  leat::python py{};
  std::cout << (std::vector<long>{2, 4} | py.map<long>("lambda x: x * x") | leat::sum()) << '\n';
}
