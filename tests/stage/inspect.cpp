// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <vector>

namespace stage_inspect {
namespace {

TEST_CASE("inspect sees each element as const and passes it on unchanged") {
  std::vector<int> seen;
  std::vector<int> v{1, 2, 3};
  auto watch = leat::inspect([&](auto& x) {
    static_assert(std::is_const_v<std::remove_reference_t<decltype(x)>>);
    seen.push_back(x);
  });
  CHECK((v | watch | leat::map([](int x) { return x * 2; }) | leat::sum()) == 12);
  CHECK(seen == std::vector{1, 2, 3});
  seen.clear();
  CHECK((v | watch | leat::take(2) | leat::count()) == 2);
  CHECK(seen == std::vector{1, 2});
  std::vector<std::unique_ptr<int>> pointers(2);
  CHECK((std::move(pointers) | leat::inspect([](const auto&) { return 1; }) | leat::to_vector()).size() == 2);
}

}  // namespace
}  // namespace stage_inspect
