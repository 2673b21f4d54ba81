// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  const std::vector<std::string> names{"ann", "bob", "eve"};
  const std::vector<int> ages{31, 27};
  for (auto const& [name, age] : leat::zip(names, ages)) std::printf("%s is %d\n", name.c_str(), age);
  auto longer = [](const std::string& name, int n, int age) { return std::to_string(n) + ": " + name + std::to_string(age); };
  for (auto const& s : leat::zip_with(longer, names, leat::iota(1), ages)) std::puts(s.c_str());
}
