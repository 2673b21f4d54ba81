// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <vector>

int main() {
  const std::vector<double> heights{1.62, 1.81, 1.74};
  const auto s = heights | leat::stats();
  std::printf("%zu: %.2f to %.2f, mean %.2f, deviation %.3f\n", s.count, s.min, s.max, s.mean, s.deviation());
}
