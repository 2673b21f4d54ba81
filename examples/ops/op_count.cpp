// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  const std::vector<std::string> words{"one", "three", "five"};
  std::printf("%zu of %zu\n", words | leat::filter([](auto const& w) { return w.size() > 3; }) | leat::count(),
              words | leat::count());
}
