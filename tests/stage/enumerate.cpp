// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace stage_enumerate {
namespace {

TEST_CASE("enumerate counts what it sees, from where it is told to") {
  const std::vector<std::string> v{"a", "b", "c"};
  using pairs = std::vector<std::pair<std::size_t, std::string>>;
  CHECK((v | leat::enumerate() | leat::to_vector()) == pairs{{0, "a"}, {1, "b"}, {2, "c"}});
  CHECK((v | leat::filter([](auto& s) { return s != "a"; }) | leat::enumerate(5) | leat::to_vector()) ==
        pairs{{5, "b"}, {6, "c"}});
  auto counted = v | leat::enumerate();
  CHECK((counted | leat::first()).first == 0);
  CHECK((counted | leat::first()).first == 0);
  static_assert((leat::iota(1, 4) | leat::enumerate() | leat::map([](auto p) { return static_cast<int>(p.first) * p.second; }) |
                 leat::sum()) == 8);
}

}  // namespace
}  // namespace stage_enumerate
