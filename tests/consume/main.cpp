// SPDX-License-Identifier: BSL-1.0
// A user's program of two translation units, both with Python stages.
#include <leat/leat.hpp>

#include <iostream>
#include <vector>

long twice(const std::vector<long>& xs);

int main() {
  std::vector<long> xs{1, 2, 3, 4};
  leat::python py{};
  long squares = xs | leat::filter([](long x) { return x % 2 == 0; }) | py.map<long>("lambda x: x * x") | leat::sum();
  std::cout << squares << ' ' << twice(xs) << '\n';
}
