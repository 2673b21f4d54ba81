// SPDX-License-Identifier: BSL-1.0
// Two Python environments in one pipeline. Here they differ by a variable; it may as well be the interpreter.
#include <leat/leat.hpp>

#include <iostream>

int main() {
  const leat::python old{.imports = {"os"}, .variables = {{"RELEASE", "1.4"}}, .workers = 1};
  const leat::python now{.imports = {"os"}, .variables = {{"RELEASE", "2.0"}}, .workers = 1};
  const std::vector<int> records{1, 2, 3};
  auto both = old.map("lambda x: {'x': x, 'by': [os.environ['RELEASE']]}") |  // a dict travels from one to the other
              now.filter("lambda d: d['x'] != 2") |
              now.map<std::string>("lambda d: '%d: %s' % (d['x'], ' then '.join(d['by'] + [os.environ['RELEASE']]))");
  for (auto const& line : records | both) std::cout << line << '\n';
}
