// SPDX-License-Identifier: BSL-1.0
#include <leat/leat.hpp>

#include <vector>

long twice(const std::vector<long>& xs) {
  leat::python py{};
  return xs | py.map<long>("lambda x: 2 * x") | leat::map([](long x) { return x + 1; }) | leat::sum();
}
