// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <string>

int main() {
  std::puts((leat::repeat(std::string("ha"), 3) | leat::to_text(" ")).c_str());
  auto padded = leat::concat(leat::iota(1, 4), leat::repeat(0)) | leat::take(6);
  for (int x : padded) std::printf("[%d]", x);
  std::puts("");
}
