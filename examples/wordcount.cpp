// SPDX-License-Identifier: BSL-1.0
// The most frequent words of a text:  wordcount FILE
#include <leat/leat.hpp>

#include <cstdio>
#include <string>

int main(int argc, char** argv) try {
  if (argc != 2) return std::fprintf(stderr, "usage: wordcount FILE\n"), 2;
  leat::context ctx;
  leat::python py{.imports = {"re"}};

  auto words = ctx.text_file(argv[1])                                                 // byte ranges, lines exactly once
      | py.flat_map<std::string>("lambda line: re.findall(r'\\w+', line.lower())")    // worker processes
      | leat::map([](std::string w) { return std::pair{std::move(w), 1L}; })          // native, fused after decode
      | leat::reduce_by_key(std::plus{})                                              // shuffle
      | leat::top(10, [](const auto& w) { return std::pair(w.second, w.first); });

  for (const auto& [word, n] : words) std::printf("%6ld  %s\n", n, word.c_str());
} catch (const leat::error& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
