// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <vector>

int main() {
  const std::vector<int> v{1, 2, 5, 4, 6, 3};
  for (auto const &run : v | leat::chunk_by([](int a, int b) { return a < b; }))
    std::printf("[%d..%d]", run.front(), run.back());
  for (auto n : v | leat::chunk_by([](int x) { return x % 2; }, leat::count())) std::printf("(%zu)", n);
  std::puts("");
}
