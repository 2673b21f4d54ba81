// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <map>
#include <string>

int main() {
  std::map<std::string, int> ages{{"ann", 31}, {"bob", 27}};
  ages | leat::values() | leat::for_each([](int& age) { ++age; });
  std::printf("%d\n", ages | leat::values() | leat::sum());
}
