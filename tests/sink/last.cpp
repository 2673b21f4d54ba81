// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <unistd.h>

#include "../core/probe.hpp"

namespace sink_last {
namespace {

static_assert((std::array{4, 5} | leat::last()) == 5);

TEST_CASE("last is a value, also of sources that use one buffer") {
  probe::with_random_input([](const std::vector<int>& v) {
    if (v.empty()) return;
    CHECK((v | leat::last()) == v.back());
  });
  std::vector<std::unique_ptr<int>> pointers(2);
  pointers.back() = std::make_unique<int>(7);
  CHECK(*(std::move(pointers) | leat::last()) == 7);
  const std::vector<std::optional<int>> some{1, std::nullopt};
  CHECK((some | leat::last()) == std::nullopt);
  struct fixed {
    const int x;
  };
  CHECK((std::vector<fixed>{{1}, {2}} | leat::last()).x == 2);
}

TEST_CASE("sinks that keep elements keep copies of those of a source that uses one buffer") {
  const std::string text_file = "/tmp/leat-last-" + std::to_string(::getpid());
  CHECK((std::vector<std::string>{"bb", "a", "ccc", "d"} | leat::write_lines(text_file)) == 4);
  auto lines = leat::lines(text_file);
  CHECK((lines | leat::last()) == "d");
  CHECK((lines | leat::nth(1)) == "a");
  CHECK((lines | leat::min_max(&std::string::size)) == std::pair<std::string, std::string>("a", "ccc"));
  CHECK((lines | leat::group_into(&std::string::size)).at(1) == std::vector<std::string>{"a", "d"});
  CHECK((lines | leat::partition_by([](const std::string& s) { return s < "b"; })).second.front() == "bb");
  CHECK((lines | leat::to_map(&std::string::size)).at(2) == "bb");
  CHECK((lines | leat::tee(leat::first(), leat::last())) == std::tuple<std::string, std::string>("bb", "d"));
  ::unlink(text_file.c_str());
}

TEST_CASE("last of nothing throws") {
  CHECK_THROWS_WITH_AS(std::vector<int>() | leat::last(), "leat: last of no elements", leat::empty_dataset);
}

}  // namespace
}  // namespace sink_last
