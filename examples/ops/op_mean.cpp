// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  std::vector<std::string> words{"one", "three", "eleven", "ten"};
  std::printf("%.2f letters a word\n", words | leat::mean(&std::string::size));
  std::printf("%.2f\n", leat::iota(1, 7) | leat::mean());
}
