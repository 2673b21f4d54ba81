// SPDX-License-Identifier: BSL-1.0
// Values that other code makes, through real workers: what is lost on no side, or refused by name. A case is one line.
#include <leat/wire/columns.hpp>
#include <leat/wire/msgpack.hpp>

#include <chrono>
#include <cstdio>
#include <map>
#include <optional>
#include <set>
#include <variant>

#include "trip.hpp"

namespace behaviours_foreign_values {
namespace {

using namespace support;
using std::map, std::set, std::string, std::vector;

struct point {
  double x = 0, y = 0;
  LEAT_FIELDS(x, y)
  friend bool operator==(const point&, const point&) = default;
};
using wall = std::chrono::local_time<std::chrono::microseconds>;
using utc = std::chrono::sys_time<std::chrono::microseconds>;

/// The start of what conversion_error::message says.
struct refused {
  string text;
};
template <class T>
struct value_case {
  const char* expression;
  std::variant<T, refused> expected;
};
template <class T>
using cases = vector<value_case<T>>;

template <class T, class Make>
void check(const cases<T>& all, Make make) {
  for (auto const& [expression, expected] : all) {
    CAPTURE(string(expression));
    try {
      const T made = make(expression);
      CHECK_MESSAGE(expected.index() == 0, "was not refused");
      if (expected.index() == 0) CHECK((made == std::get<0>(expected)));
    } catch (const leat::error& e) {
      CAPTURE(string(e.what()));
      if (expected.index() == 1)
        CHECK(e.message().substr(0, std::get<1>(expected).text.size()) == std::get<1>(expected).text);
      else
        CHECK_MESSAGE(false, "was refused");
    }
  }
}

const string source = R"(
import collections, datetime, decimal, enum, fractions, types
class E(enum.Enum): A = 1; B = 2
class Name(enum.Enum): X = 'x'
class frozendict(collections.abc.Mapping):  # as CPython 3.15 has it: a mapping that is no dict
    def __init__(self, *given, **more): self.held = dict(*given, **more)
    def __getitem__(self, key): return self.held[key]
    def __iter__(self): return iter(self.held)
    def __len__(self): return len(self.held)
    def __hash__(self): return hash(frozenset(self.held.items()))
nan, dt = float('nan'), datetime.datetime
)";

refused same(const string& what, const string& got) {
  return {"expected " + what + " (another one becomes the same), got " + got};
}

TEST_CASE_TEMPLATE("keys, floats, times and mappings that Python code makes", Wire, leat::pickle, leat::msgpack) {
  const trip<Wire> t{.source = source};
  const auto expect = [&]<class T>(const cases<T>& all) {
    check(all, [&](const char* expression) { return t.template made<T>(expression); });
  };
  expect(cases<map<int, int>>{
      {"{1: 2, 3: 4}", map<int, int>{{1, 2}, {3, 4}}},
      {"{E.A: 1, 2: 2}", map<int, int>{{1, 1}, {2, 2}}},
      {"{E.A: 1, 1: 2}", same("keys that stay different in dict[int, int]", "int 1")},
      {"collections.OrderedDict([(1, 2), (E.A, 3)])",
       same("keys that stay different in dict[int, int]", "<source_text>.E <E.A: 1>")},
      {"frozendict({1: 2})", map<int, int>{{1, 2}}},
      {"types.MappingProxyType({E.A: E.B})", map<int, int>{{1, 2}}},
      {"frozendict({1: 2, E.A: 3})", same("keys that stay different in dict[int, int]", "<source_text>.E <E.A: 1>")},
      {"{True: 1}", refused{"expected int in a key of dict[int, int], got bool True"}}});
  expect(cases<leat::dict_items<int, int>>{{"{E.A: 1, 1: 2}", same("keys that stay different in dict[int, int]", "int 1")}});
  expect(cases<set<float>>{{"{0.1, 0.5}", set<float>{0.1f, 0.5f}},
                           {"{nan}.union({0.5})", refused{"expected items that stay different in set[float]"}},
                           {"{0.1, 0.10000000149011612}", refused{"expected items that stay different in set[float]"}},
                           {"{decimal.Decimal('0.5'), 1.5}", set<float>{0.5f, 1.5f}}});
  expect(
      cases<map<double, int>>{{"{nan: 1, 1.0: 2, 2.0: 3}", same("keys that stay different in dict[float, int]", "float 1.0")},
                              {"{1: 1, 2.5: 2}", map<double, int>{{1, 1}, {2.5, 2}}}});
  expect(cases<float>{{"0.1", 0.1f},
                      {"16777217.0", 16777216.0f},
                      {"16777216", 16777216.0f},
                      {"16777217", refused{"expected float of 32 bits (or an int that one holds exactly), got int 16777217"}},
                      {"1e-50", refused{"expected float that 32 bits hold, got float 1e-50"}},
                      {"1e39", refused{"expected float that 32 bits hold, got float 1e+39"}},
                      {"fractions.Fraction(1, 3)", refused{"expected float, got fractions.Fraction"}}});
  expect(cases<double>{{"2**53", 0x1p53}, {"2**53 + 1", refused{"expected float (or an int that a float holds exactly)"}}});
  expect(
      cases<point>{{"frozendict(x=1.0, y=E.B)", point{1, 2}},
                   {"{Name.X: 1.0, 'x': 2.0, 'y': 3.0}", same("keys that stay different in {'x': float, 'y': float}", "str")},
                   {"frozendict(x=1.0)", refused{"expected {'x': float, 'y': float} (its field 'y' is missing)"}}});
  expect(cases<vector<map<string, set<int>>>>{
      {"[{'a': {1, 2}}]", vector{map<string, set<int>>{{"a", {1, 2}}}}},
      {"[{}, {'a': {E.A, 1}}]", refused{"expected items that stay different in set[int]"}}});
  const string fold =
      "expected datetime.datetime with fold=0 (a std::chrono::local_time has no fold; a zone makes it an instant)";
  expect(cases<wall>{
      {"dt(1970, 1, 1, 0, 0, 1)", wall(std::chrono::seconds(1))},
      {"dt(2024, 10, 27, 2, 30, fold=1)", refused{fold + ", got datetime.datetime datetime.datetime(2024, 10, 27"}}});
  expect(cases<utc>{{"dt(1970, 1, 1, 0, 0, 1, tzinfo=datetime.timezone.utc, fold=1)", utc(std::chrono::seconds(1))}});
}

TEST_CASE_TEMPLATE("keys that would be one in Python are refused where they are sent, bound or broadcast", Wire, leat::pickle,
                   leat::msgpack) {
  const trip<Wire> t;
  using keys = map<std::variant<bool, int>, int>;
  const keys twice{{true, 1}, {1, 2}};
  const string text = "expected keys that stay different in dict[bool | int, int] (another one becomes the same), got int 1";
  const auto says = [&](auto f) { CHECK(contains(thrown<leat::conversion_error>(f).what(), text)); };
  says([&] { t.seen(twice); });
  says([&] { t.seen(vector{keys{}, twice}); });
  says([&] { (void)(vector{0} | t.py.template map<int>("lambda x: x").bind("k", twice) | leat::to_vector()); });
  says([&] { (void)t.py.broadcast(twice); });
  CHECK(t.seen(keys{{true, 1}, {2, 2}}) == "{True: 1, 2: 2}");
}

TEST_CASE("what a function adds to an accumulator keeps its keys, too") {
  const leat::python py(quiet(1));
  leat::accumulator counts("counts", map<int, int>{}, [](map<int, int> a, const map<int, int>&) { return a; });
  const auto source_of = leat::source_text(source + "def f(x, counts): counts.add({E.A: 1, 1: 2}); return x\n");
  const auto e = thrown<leat::conversion_error>(
      [&] { (void)(vector{0} | py.map<int>("f", source_of).bind("counts", counts) | leat::to_vector()); });
  CHECK(contains(e.what(), "keys that stay different in dict[int, int]"));
}

TEST_CASE("objects of another numpy that cannot be loaded: the error names both versions") {
  const folder f;
  for (const char* version : {"new", "old"}) f.write(string(version) + "/numpy/random.py", "def seed(_): pass\n");
  f.write("new/numpy/__init__.py", "__version__ = '2.9.9'\n");
  f.write("new/numpy/_core.py", "class array: pass\n");
  f.write("old/numpy/__init__.py", "__version__ = '1.26.4'\n");
  const auto with = [&](const char* version) {
    leat::python_options options = quiet(1);
    options.path = {f / version};
    options.imports = {"numpy"};
    return options;
  };
  const leat::python made_by(with("new")), read_by(with("old"));
  const auto objects = vector{0, 1} | made_by.map("lambda x: __import__('numpy._core')._core.array()") | leat::to_vector();
  const auto e = thrown<leat::conversion_error>([&] { (void)(objects | read_by.map<int>("lambda x: 1") | leat::to_vector()); });
  CHECK(contains(e.what(), "it holds objects of numpy 2 or newer, and this worker has numpy 1.26.4"));
  CHECK(contains(e.what(), "use the same versions in both interpreters"));
  CHECK(contains(e.what(), "other workers of this program have pickled objects with numpy 2.9.9"));
}

TEST_CASE("arrays that functions return as columns") {
  const leat::python<leat::columns> py(quiet(1));
  const auto numpy = "import numpy\nfrom numpy import array\n" + source;
  const auto expect = [&]<class T>(const cases<vector<T>>& all) {
    check(all, [&](const char* expression) {
      const auto made = leat::source_text(numpy + "def make(_): return " + expression + "\n");
      return vector{0.0} | py.map_batches<T>("make", made) | leat::to_vector();
    });
  };
  try {
    vector{0.0} | py.map_batches<double>("lambda a: a") | leat::to_vector();
  } catch (const leat::start_failed& e) {
    std::printf("[skipped] arrays that functions return as columns: %s\n", e.what());
    return;
  }
  expect(cases<vector<bool>>{{"array([2, 0, 255], 'u1').view(bool)", vector<bool>{true, false, true}},
                             {"array([])", vector<bool>{}},
                             {"array([1])", refused{"expected bool, got numpy.ndarray of int64"}}});
  expect(cases<vector<double>>{
      {"numpy.ma.array([1.5, 2], mask=[0, 0])", vector{1.5, 2.0}},
      {"numpy.ma.array([1.5, 2], mask=[0, 1])", refused{"expected float64, got numpy.ndarray with masked values"}},
      {"array([2**53 + 1])", refused{"expected float64, got numpy.ndarray with 9007199254740993"}},
      {"array([1.5]).sum()", refused{"expected float64 array with 1 dimension, got numpy.float64 with 0 dimensions"}},
      {"array([1.5]).tobytes()",
       refused{"expected columns or rows of float64 (of bytes, numpy.frombuffer makes an array), got bytes"}},
      {"[0.5, None]", refused{"expected float64, got NoneType None"}}});
  expect(cases<vector<float>>{{"array([0.1, 0.0])", vector{0.1f, 0.0f}},
                              {"array([1e-50])", refused{"expected float32, got numpy.ndarray with 1e-50"}},
                              {"[16777217]", refused{"expected float32, got int 16777217"}}});
  expect(cases<vector<string>>{{"array([])", vector<string>{}},
                               {"['a', chr(0xD800)]", refused{"expected str without lone surrogates, got str '\\ud800'"}}});
  using std::optional, std::nullopt;
  expect(cases<vector<optional<double>>>{
      {"numpy.ma.array([1.5, 2], mask=[0, 1])", vector<optional<double>>{1.5, nullopt}},
      {"array([1, 2])", vector<optional<double>>{1, 2}},
      {"[None, 2]", vector<optional<double>>{nullopt, 2}},
      {"numpy.ma.array([2**53 + 1, 0], mask=[0, 1])", refused{"expected float64, got numpy.ndarray with 9007199254740993"}}});
  const vector<optional<double>> some{1.5, nullopt};
  CHECK((some | py.map_batches<optional<double>>("lambda a: a * 2") | leat::to_vector()) ==
        vector<optional<double>>{3, nullopt});
  CHECK((some | py.map<optional<string>>("lambda x: x and str(x)") | leat::to_vector()) ==
        vector<optional<string>>{"1.5", nullopt});
  using rows = cases<vector<point>>;
  const string type = "{'x': float64, 'y': float64}";
  expect(rows{{"{'x': array([1]), 'y': [2]}", vector{point{1, 2}}},
              {"{'x': array([1])}", refused{"expected " + type + " (its column 'y' is missing), got dict"}},
              {"{'x': array([1]), 'y': [0], 'z': [0]}", refused{"expected " + type + " (it has no column 'z'), got dict"}},
              {"{'x': array([1]), 'y': ['a']}", refused{"expected float64 in column 'y' of " + type + ", got str 'a'"}},
              {"{'x': array([1]), 'y': array([1]).sum()}", refused{"expected float64 array with 1 dimension in column 'y' of " +
                                                                   type + ", got numpy.int64 with 0 dimensions"}},
              {"[{'x': 1.0}]", refused{"expected " + type + " (its field 'y' is missing), got dict"}}});
}

}  // namespace
}  // namespace behaviours_foreign_values
