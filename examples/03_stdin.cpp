// SPDX-License-Identifier: BSL-1.0
// Lines from standard input through a Python function, in order, as they come:  printf '3\n4\n' | 03_stdin
#include <leat/leat.hpp>

#include <cstdio>
#include <string>

int main() {
  leat::python py{.imports = {"fractions"}};
  leat::stdin_lines()
      | leat::filter([](const std::string& line) { return !line.empty(); })
      | py.map<std::string>("lambda line: f'{line} -> {fractions.Fraction(line) / 3}'")
      | leat::for_each([](const std::string& answer) {
          std::printf("%s\n", answer.c_str());
          std::fflush(stdout);
        });
}
