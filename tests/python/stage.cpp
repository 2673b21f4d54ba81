// SPDX-License-Identifier: BSL-1.0
#include <leat/python/python.hpp>
#include <leat/python/stage.hpp>
#include <leat/sink/count.hpp>
#include <leat/sink/sum.hpp>
#include <leat/sink/to_vector.hpp>
#include <leat/source/iota.hpp>
#include <leat/stage/enumerate.hpp>
#include <leat/stage/filter.hpp>
#include <leat/stage/flat_map.hpp>
#include <leat/stage/map.hpp>
#include <leat/stage/take.hpp>
#include <leat/wire/msgpack.hpp>

#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "../stage/support.hpp"
#include "support.hpp"

namespace python_stage {
namespace {

using namespace support;
using strings = std::vector<std::string>;
using ints = std::vector<int>;
struct spot {
  using leat_as = leat::as_tuple;
  int x = 0, y = 0;
  LEAT_FIELDS(x, y)
};

TEST_CASE("the five kinds of function") {
  const leat::python py(quiet());
  const ints in{1, 2, 3, 4, 5};
  CHECK((in | py.map<int>("lambda x: x * x") | leat::to_vector()) == ints{1, 4, 9, 16, 25});
  CHECK((in | py.filter("lambda x: x % 2") | leat::to_vector()) == ints{1, 3, 5});
  CHECK((in | py.flat_map<int>("lambda x: range(x - 3)") | leat::to_vector()) == ints{0, 0, 1});
  CHECK((in | py.map_batches<int>("lambda xs: [-x for x in xs]") | leat::to_vector()) == ints{-1, -2, -3, -4, -5});
  CHECK((in | py.map_partitions<int>("lambda it: [sum(it)]") | leat::to_vector()) == ints{15});
  CHECK((ints{} | py.map<int>("lambda x: x") | leat::count()) == 0);
  CHECK((ints{} | py.map_partitions<int>("lambda it: [sum(it), 7]") | leat::to_vector()) == ints{0, 7});
  CHECK((in | py.map_partitions<int>("lambda it: [1, 2]") | leat::to_vector()) == ints{1, 2});  // without reading any
  CHECK((in | py.map_partitions<int>("lambda it: iter([next(it)])") | leat::to_vector()) == ints{1});
}

TEST_CASE("starmap takes tuples and lists apart, on each wire") {
  const auto check = [](auto const& py) {
    const std::vector<std::pair<int, int>> pairs{{1, 2}, {3, 4}};
    CHECK((pairs | py.template starmap<int>("lambda a, b: a * b") | leat::to_vector()) == ints{2, 12});
    CHECK((pairs | py.template starmap<int>("lambda a, b, c=1: a * b + c") | leat::to_vector()) == ints{3, 13});
    CHECK((std::vector<ints>{{1, 2, 3}, {}} | py.template starmap<int>("lambda *a: sum(a)") | leat::to_vector()) == ints{6, 0});
    CHECK((std::vector<spot>{{1, 2}} | py.template starmap<int>("builtins:pow") | leat::to_vector()) == ints{1});
    CHECK((ints{1, 2} | py.map("lambda x: (x, x)") | py.template starmap<int>("lambda a, b: a + b") | leat::to_vector()) ==
          ints{2, 4});
    const auto e = thrown<leat::python_error>([&] { pairs | py.starmap("lambda a: a") | leat::count(); });
    CHECK(contains(e.what(), "tuple of 2 arrived: (1, 2)"));
    CHECK(contains(e.where().stage, "py.starmap("));
    CHECK(e.where().record == 0);
    const auto refused = thrown<leat::usage_error>([&] { ints{1} | py.starmap("lambda a: a") | leat::count(); });
    CHECK(contains(refused.what(), "these elements are int in Python; send a pair"));
  };
  check(leat::python<>(quiet()));
  check(leat::python<leat::msgpack>(quiet()));
}

TEST_CASE("the size stays known behind maps, and behind no other stage") {
  const leat::python py(quiet(1)), other(quiet(1));
  const auto known = [](auto stage) {
    const leat::start_info seen = ints{1, 2, 3} | std::move(stage) | probe::hint_sink();
    return seen.known == leat::start_info::exact && seen.n == 3;
  };
  CHECK(known(py.map<int>("lambda x: x")));
  CHECK(known(py.map("lambda x: (x,)") | py.starmap<int>("lambda x: x")));
  CHECK_FALSE(known(py.map<int>("lambda x: x") | py.filter("lambda x: x")));
  CHECK_FALSE(known(py.map_batches<int>("lambda x: x")));
  CHECK_FALSE(known(py.map("lambda x: x") | other.flat_map<int>("lambda x: [x]")));
}

TEST_CASE("neighbours are one pass in one worker, with native stages before and after") {
  const leat::python py(quiet());
  auto chain = leat::map([](int x) { return x + 1; }) | py.map("lambda x: {x: x}") | py.filter("lambda d: 3 not in d") |
               py.flat_map("lambda d: [d, list(d)]") | py.map<std::string>("builtins:str") |
               leat::filter([](const std::string& s) { return s.size() > 3; });
  CHECK((ints{1, 2, 99} | chain | leat::to_vector()) == strings{"{2: 2}", "{100: 100}", "[100]"});
  CHECK((ints{1} | chain | leat::to_vector()) == strings{"{2: 2}"});  // a value: used twice
}

TEST_CASE("stages with native ones between them are two exchanges in one chain") {
  const leat::python py(quiet(2));
  auto twice = py.map<int>("lambda x: x + 1") | leat::map([](int x) { return x * 2; }) | py.map<int>("lambda x: x - 1") |
               leat::filter([](int x) { return x % 3 == 0; }) | py.map<int>("lambda x: x");
  std::vector<int> expected;
  for (int i = 0; i < 100'000; ++i)
    if (((i + 1) * 2 - 1) % 3 == 0) expected.push_back((i + 1) * 2 - 1);
  CHECK((up_to(100'000) | twice | leat::to_vector()) == expected);
  CHECK(py.worker_pids().size() <= 6);
}

TEST_CASE("opaque results pass through C++ untouched") {
  const leat::python py(quiet());
  auto objects = strings{"a", "b"} | py.map("lambda s: (lambda: 0) and {s, 1.5j}") | leat::to_vector();
  CHECK(objects.size() == 2);
  CHECK((objects | py.filter("lambda v: 'b' in v") | py.map<bool>("lambda v: 1.5j in v") | leat::to_vector()) ==
        std::vector{true});
  CHECK((ints{1, 2} | py.map("lambda x: [x]") | leat::take(1) | leat::to_vector()).at(0).pickle().front() == '\x80');
}

TEST_CASE("an opaque element that cannot be loaded fails by its number, behind the results of those before it") {
  const leat::python py(quiet(1));
  std::vector<leat::opaque> objects;
  for (int i = 0; i != 20; ++i) objects.emplace_back(i == 15 ? std::string("}]K\x01s.") : leat::pickle::dumps(i));  // {[]: 1}
  ints seen;
  const auto e = thrown<leat::conversion_error>([&] {
    objects | py.map<int>("lambda x: x") | leat::map([&](int x) { return seen.push_back(x), x; }) | leat::to_vector();
  });
  CHECK(e.where().record == 15);
  CHECK(e.message() == "expected a record that the worker can read, got TypeError: unhashable type: 'list'");
  CHECK(seen == up_to(15));
}

TEST_CASE("bind gives keywords to a function's call, a class's constructor, an expression's names") {
  const leat::python py(quiet());
  const auto source = leat::source_text(R"(
def scale(x, by, names=()): return f'{x * by} {names}'
class Adder:
    def __init__(self, n, table): self.n, self.table = n, table
    def __call__(self, x): return f'{x + self.n} {self.table}'
)");
  CHECK((ints{3} | py.map<std::string>("scale", source).bind("by", 2).bind("names", strings{"å", "b"}) | leat::to_vector()) ==
        strings{"6 ['å', 'b']"});
  const std::map<std::string, std::vector<double>> table{{"a", {1.5, std::nan("")}}};
  CHECK((ints{3} | py.map<std::string>("Adder", source).bind("n", 4).bind("table", table) | leat::to_vector()) ==
        strings{"7 {'a': [1.5, nan]}"});
  auto k = py.map<int>("lambda x: x * k + len(s)").bind("k", 10).bind("s", std::set<int>{1, 2, 3});
  CHECK((ints{1, 2} | k | leat::to_vector()) == ints{13, 23});
  CHECK((ints{1} | py.map<int>("lambda x: k").bind("k", 1) | py.map<int>("lambda x: x * 10 + k").bind("k", 2) |
         leat::to_vector()) == ints{12});
  // Each type of the table, shown by Python.
  auto repr = [&](auto const& value) {
    return (ints{0} | py.map<std::string>("lambda _: repr(v)").bind("v", value) | leat::to_vector()).at(0);
  };
  CHECK(repr(true) == "True");
  CHECK(repr(std::int64_t{-1} << 63) == "-9223372036854775808");
  CHECK(repr(~std::uint64_t{0}) == "18446744073709551615");
  CHECK(repr(-0.0) == "-0.0");
  CHECK(repr(std::string("a\0ü", 4)) == "'a\\x00ü'");
  CHECK(repr(std::optional<int>{}) == "None");
  CHECK(repr(std::tuple(1, std::string("x"), std::pair(2.5, false))) == "(1, 'x', (2.5, False))");
  CHECK(repr(std::vector<bool>{true, false}) == "[True, False]");
  CHECK(repr(std::map<std::tuple<int, int>, int>{{{1, 2}, 3}}) == "{(1, 2): 3}");
  CHECK(repr(leat::bytes{std::byte{0}, std::byte{255}}) == "b'\\x00\\xff'");
}

TEST_CASE("a class is made once per worker, for all its sessions; other callables are called") {
  const leat::python py(quiet(1));
  const auto source = leat::source_text(R"(
import os
made = 0
class Model:
    def __init__(self): global made; made += 1
    def __call__(self, x): return made
class Plain:
    def __init__(self, x): self.x = x
    def __str__(self): return f'<{self.x}>'
class Meta(type):
    def __call__(cls, x): return x + 100
class Odd(metaclass=Meta): pass
)");
  auto model = py.map<int>("Model", source);
  for (int i = 0; i < 5; ++i) CHECK((up_to(100) | model | leat::sum()) == 100);
  CHECK((ints{5} | py.map("Plain", source) | py.map<std::string>("builtins:str") | leat::to_vector()) == strings{"<5>"});
  CHECK((ints{5} | py.map<int>("Odd", source) | leat::to_vector()) == ints{105});
  CHECK((strings{"3", "4"} | py.map<int>("builtins:int") | leat::to_vector()) == ints{3, 4});
}

TEST_CASE("a stateful class sees all records in one worker, in order") {
  const leat::python py(quiet(3));
  const auto source = leat::source_text(R"(
class Running:
    def __init__(self): self.total = 0
    def __call__(self, x): self.total += x; return self.total
)");
  auto running = py.map<long>("Running", source).stateful();
  const auto out = up_to(50'000) | running | leat::to_vector();
  CHECK(out.size() == 50'000);
  CHECK(out.back() == 1'249'975'000);
  // Another run starts anew.
  CHECK((ints{1, 2, 3} | running | leat::to_vector()) == std::vector<long>{1, 3, 6});
  CHECK((ints{1, 2, 3} | running | leat::to_vector()) == std::vector<long>{1, 3, 6});
}

TEST_CASE("pulled: a loop, its early end, and results before an exception") {
  const leat::python py(quiet());
  int expected = 0;
  for (const int x : leat::iota(0) | py.map<int>("lambda x: x * x")) {
    CHECK(x == expected * expected);
    if (++expected == 300) break;
  }
  CHECK((ints{1} | py.map<int>("lambda x: x + 1") | leat::to_vector()) == ints{2});

  std::vector<int> before;
  auto failing = up_to(200'000) | py.map<int>("lambda x: x // (x != 150_000)");
  const auto e = thrown<leat::python_error>([&] {
    for (const int x : failing) before.push_back(x);
  });
  CHECK(e.where().record == 150'000);
  CHECK(before.size() > 100'000);  // whole batches before the one that failed
  CHECK(before.size() <= 150'000);
  CHECK(before == up_to(static_cast<int>(before.size())));
}

TEST_CASE("a stage outlives its python object, in a chain and in a loop") {
  auto stage = [] { return leat::python(quiet(1)).map<int>("lambda x: x + 1") | leat::map([](int x) { return x * 2; }); }();
  CHECK((ints{1, 2} | stage | leat::to_vector()) == ints{4, 6});
  int n = 0;
  for (const int x : up_to(1000) | stage) n += x > 0;
  CHECK(n == 1000);
}

TEST_CASE("bool, move-only use and other element types go through") {
  const leat::python py(quiet());
  CHECK((std::vector<bool>{true, false} | py.map<bool>("lambda b: not b") | leat::to_vector()) ==
        std::vector<bool>{false, true});
  CHECK((std::vector<std::optional<int>>{1, {}} | py.map<std::optional<int>>("lambda v: None if v else 5") |
         leat::to_vector()) == std::vector<std::optional<int>>{{}, 5});
  using row = std::tuple<int, std::string, std::vector<double>>;
  const std::vector<row> rows{{1, "a", {1.5}}, {2, "b", {}}};
  CHECK((rows | py.map<row>("lambda r: (r[0] + 1, r[1] * 2, r[2] + [0.0])") | leat::to_vector()) ==
        std::vector<row>{{2, "aa", {1.5, 0}}, {3, "bb", {0}}});
  CHECK((std::vector<char>{'a'} | leat::map([](char c) { return std::string(1, c); }) | py.map<std::string>("lambda s: s + s") |
         leat::to_vector()) == strings{"aa"});
}

}  // namespace
}  // namespace python_stage
