// SPDX-License-Identifier: BSL-1.0
// Ships a package as text and a table, and checks a requirement before the first record.
#include <leat/leat.hpp>

#include <iostream>

int main() {
  const leat::python py{{
      .files = {leat::inline_file("prices/__init__.py", R"(
import json, os
with open(os.environ["LEAT_FILES"] + "/prices/table.json") as file:
    table = json.load(file)
def price(name):
    return table.get(name, 0)
)"),
                leat::inline_file("prices/table.json", R"({"apple": 3, "pear": 5})")},
      .preload = {"prices"},
      .workers = 2,
  }};
  const std::vector<std::string> basket{"apple", "pear", "apple", "kiwi"};
  std::cout << (basket | py.map<int>("prices:price") | leat::sum()) << '\n';

  try {
    const leat::python lacking{.requirements = {"no-such-package>=2", "another-one"}};
    std::cout << (basket | lacking.map<int>("builtins:len") | leat::sum()) << '\n';
  } catch (const leat::start_failed& e) {
    const std::string text = e.message();
    std::cout << text.substr(text.find('\n') + 1, text.find("\ninstall") - text.find('\n') - 1) << '\n';
  }
}
