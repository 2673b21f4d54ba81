// SPDX-License-Identifier: BSL-1.0
// One Python function over a vector: batches fan out over worker processes, results come back in order.
#include <leat/leat.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  leat::python py{.imports = {"unicodedata"}};

  std::vector<std::string> words{"Crème", "brûlée", "à", "la", "carte"};
  auto plain = words
      | py.map<std::string>("lambda w: unicodedata.normalize('NFKD', w).encode('ascii', 'ignore').decode()")
      | leat::map([](std::string w) { return w + "."; })  // native again, fused with the decoding
      | leat::to_vector();

  for (const auto& w : plain) std::printf("%s\n", w.c_str());
}
