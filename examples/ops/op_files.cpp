// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>
#include <leat/source/files.hpp>

#include <cstdio>

int main() {
  auto sources = leat::files("op_file?.cpp");  // in the folder of this program
  for (const leat::file& f : sources) std::printf("%s, %s\n", f.path.c_str(), f.size > 100 ? "not empty" : "too small");
  auto lines = sources | leat::flat_map([](const leat::file& f) { return leat::lines(f.path); });
  std::printf("its first line is %s\n", (lines | leat::first()).c_str());
}
