// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>

int main() {
  for (int die : leat::random(42, 1, 6) | leat::take(10)) std::printf("[%d]", die);
  auto inside = leat::zip_with([](double x, double y) { return x * x + y * y < 1; }, leat::random(1, 0.0, 1.0),
                               leat::random(2, 0.0, 1.0));
  const auto n = inside | leat::take(100'000) | leat::filter([](bool in) { return in; }) | leat::count();
  std::printf(" pi is about %.2f\n", 4e-5 * static_cast<double>(n));
}
