// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <map>
#include <string>

int main() {
  std::map<std::string, int> ages{{"ann", 31}, {"bob", 27}};
  for (auto const& name : ages | leat::keys()) std::puts(name.c_str());
}
