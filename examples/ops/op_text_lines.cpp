// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <string_view>

int main() {
  constexpr std::string_view text = "red\ngreen\r\nblue";
  static_assert((leat::text_lines(text) | leat::count()) == 3);
  for (std::string_view line : leat::text_lines(text)) std::printf("[%.*s]", static_cast<int>(line.size()), line.data());
  std::puts("");
}
