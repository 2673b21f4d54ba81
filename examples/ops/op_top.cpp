// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  const std::vector<std::string> words{"one", "three", "seventeen", "nine"};
  for (const std::string& w : words | leat::top(2, &std::string::size)) std::printf("[%s]", w.c_str());
  std::puts("");
}
