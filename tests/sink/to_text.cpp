// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "../core/probe.hpp"

namespace sink_to_text {
namespace {

TEST_CASE("to_text joins with a separator between elements, the empty ones too") {
  probe::with_random_input([](const std::vector<int>& v) {
    std::string expected, plain;
    bool any = false;
    for (int x : v) {
      if (any) expected += "; ";
      any = true;
      const std::string s = x % 3 == 0 ? "" : std::to_string(x);
      expected += s, plain += s;
    }
    auto text = v | leat::map([](int x) { return x % 3 == 0 ? std::string() : std::to_string(x); });
    CHECK((text | leat::to_text("; ")) == expected);
    CHECK((text | leat::to_text()) == plain);
  });
  CHECK((std::vector<std::string>() | leat::to_text(",")) == "");
  CHECK((std::vector<const char*>{"a", "", ""} | leat::to_text(",")) == "a,,");
}

}  // namespace
}  // namespace sink_to_text
