// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <tuple>
#include <vector>

#include "support.hpp"

namespace stage_elements {
namespace {

struct person {
  std::string name;
  int age = 0;
  std::size_t length() const { return name.size(); }
};

std::vector<person> people() { return {{"ann", 30}, {"bob", 40}}; }

static_assert((std::array{std::tuple{1, 2, 3}} | leat::elements<2>() | leat::sum()) == 3);
static_assert((std::array{std::tuple{1, 2, 3}} | leat::elements<2, 0>() | leat::first()) == std::tuple{3, 1});

TEST_CASE("elements by index and by member: one is itself, several are a tuple") {
  const std::vector<std::tuple<int, std::string, char>> rows{{1, "a", 'x'}, {2, "b", 'y'}};
  CHECK((rows | leat::elements<1>() | leat::to_vector()) == std::vector<std::string>{"a", "b"});
  CHECK((rows | leat::elements<2, 0>() | leat::to_vector()) == std::vector<std::tuple<char, int>>{{'x', 1}, {'y', 2}});
  const auto all = people();
  CHECK((all | leat::elements(&person::age) | leat::sum()) == 70);
  CHECK((all | leat::elements(&person::age, &person::name) | leat::to_vector()) ==
        std::vector<std::tuple<int, std::string>>{{30, "ann"}, {40, "bob"}});
  CHECK((all | leat::elements(&person::length) | leat::sum()) == 6);
  std::vector<const person*> pointers{&all[1]};
  CHECK((pointers | leat::elements(&person::name, &person::age) | leat::first()) == std::tuple{std::string("bob"), 40});
}

TEST_CASE("elements refers into lvalues and moves out of rvalues") {
  auto all = people();
  all | leat::elements(&person::name) | leat::for_each([](std::string& s) { s += "!"; });
  CHECK(all[0].name == "ann!");
  CHECK((all | leat::elements(&person::name, &person::age) | leat::count()) == 2);
  CHECK(all[0].name == "ann!");
  std::vector<std::tuple<int, std::unique_ptr<int>>> owners;
  owners.emplace_back(1, std::make_unique<int>(7));
  auto moved = std::move(owners) | leat::elements<1, 0>() | leat::first();
  CHECK((*std::get<0>(moved) == 7 && std::get<1>(moved) == 1));
  std::vector<std::pair<probe::tracked, probe::tracked>> pairs(3);
  probe::tracked::reset();
  CHECK((std::move(pairs) | leat::elements<0, 1>() | leat::to_vector()).size() == 3);
  CHECK(probe::tracked::copies == 0);
}

TEST_CASE("elements that are named twice, or looked at by a function, are not lost") {
  const std::string ann = "ann";
  CHECK((people() | leat::elements(&person::name, &person::age, &person::name) | leat::first()) == std::tuple{ann, 30, ann});
  CHECK((people() | leat::elements(&person::name, &person::length) | leat::first()) == std::tuple{ann, std::size_t{3}});
  std::vector<std::pair<std::string, int>> pairs{{ann, 1}};
  CHECK((std::move(pairs) | leat::elements<0, 0>() | leat::first()) == std::tuple{ann, ann});
}

TEST_CASE("elements stops when told to, and is pulled as it is pushed") {
  int asked = 0;
  auto pair = leat::map([](int x) { return std::pair{x, -x}; });
  CHECK((probe::counted(asked) | pair | leat::elements<1>() | leat::take(2) | leat::to_vector()) == std::vector{0, -1});
  CHECK(asked == 2);
  CHECK(probe::pulled(leat::iota(0, 2) | pair | leat::elements<1>()) == std::vector{0, -1});
  CHECK(probe::pulled(people() | leat::elements(&person::name)) == std::vector<std::string>{"ann", "bob"});
  CHECK(probe::exactly(pair | leat::elements<1, 0>(), 3) == 3);
}

}  // namespace
}  // namespace stage_elements
