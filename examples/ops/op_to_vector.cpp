// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  std::vector<std::string> words{"a", "long", "word"};
  const auto kept = std::move(words) | leat::filter([](auto const& w) { return w.size() > 1; }) | leat::to_vector();
  for (const std::string& w : kept) std::printf("[%s]", w.c_str());  // moved, not copied
  std::puts("");
}
