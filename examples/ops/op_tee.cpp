// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  std::vector<std::string> words{"fig", "apple", "pear", "plum"};
  auto lengths = leat::map(&std::string::size);
  auto [n, mean, longest, all] =
      words | leat::tee(leat::count(), lengths | leat::mean(), leat::max(&std::string::size), leat::to_text("+"));
  std::printf("%zu words of %.1f letters, such as %s: %s\n", n, mean, longest.c_str(), all.c_str());
}
