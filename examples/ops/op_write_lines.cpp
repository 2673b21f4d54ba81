// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

int main() {
  std::vector<double> numbers{0.1, 2, 1e30};
  numbers | leat::write_lines(std::cout);
  const std::string path = "/tmp/leat-op-write-lines.txt";
  std::printf("%zu lines written\n", leat::iota(1, 101) | leat::write_lines(path));
  std::printf("the last one is %s\n", (leat::lines(path) | leat::last()).c_str());
  try {
    numbers | leat::write_lines("/dev/full");
  } catch (const leat::output_error& e) {
    std::printf("%s\n", e.what());
  }
  std::remove(path.c_str());
}
