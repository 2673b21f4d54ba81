// SPDX-License-Identifier: BSL-1.0
// A dataset: partitions run in parallel, a shuffle brings equal keys together.
#include <leat/leat.hpp>

#include <cstdio>
#include <string>

int main() {
  leat::context ctx;
  leat::python py;

  auto digits = ctx.range(1, 1'001)                                           // 1 to 1,000, in partitions
      | py.map<std::string>("builtins:str")                                   // in Python
      | leat::flat_map([](const std::string& s) { return s; })                // native: the characters
      | leat::map([](char c) { return std::pair{c, 1}; })
      | leat::reduce_by_key(std::plus{})                                      // shuffle
      | leat::sort_by([](const auto& kv) { return kv.first; });

  for (const auto& [digit, n] : digits) std::printf("%c %d\n", digit, n);
}
