// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <vector>

int main() {
  std::vector<double> heights{1.62, 1.75, 1.8, 1.71, 1.93, 1.58, 1.69, 2.04};
  auto print = [](const leat::histogram_counts& h) {
    for (std::size_t i = 0; i < h.counts.size(); ++i)
      std::printf("%.2f to %.2f: %zu\n", h.edges[i], h.edges[i + 1], h.counts[i]);
    std::printf("above: %zu\n", h.above);
  };
  print(heights | leat::histogram({1.5, 1.6, 1.7, 2}));
  print(heights | leat::histogram(2, 1.5, 2));
}
