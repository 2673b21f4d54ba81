// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <vector>

int main() {
  const std::vector<double> prices{1, 4, 2, 6};
  auto mean = [](leat::window<double> const& w) { return (w[0] + w[1]) / 2; };
  for (double m : prices | leat::slide(2) | leat::map(mean)) std::printf("[%.1f]", m);
  const std::vector<leat::window<double>> kept = prices | leat::slide(2, 2) | leat::to_vector();
  std::printf(" %zu windows, the last ends with %.0f\n", kept.size(), kept.back().back());
}
