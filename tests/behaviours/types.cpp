// SPDX-License-Identifier: BSL-1.0
// Times, structs, enums and what users return, through real workers: 22, 23, 24.
#include <leat/wire/msgpack.hpp>

#include <msgpack.hpp>

#include <chrono>
#include <complex>
#include <cstdio>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <variant>

#include "trip.hpp"

namespace behaviours_types {
namespace {

using namespace std::chrono_literals;
using namespace support;
using namespace std::chrono;
using std::optional, std::string, std::tuple, std::variant, std::vector;

struct point {
  double x = 0, y = 0;
  LEAT_FIELDS(x, y)
  friend bool operator==(const point&, const point&) = default;
};
struct pixel {
  using leat_as = leat::as_tuple;
  int column = 0, row = 0;
  LEAT_FIELDS(column, row)
  friend auto operator<=>(const pixel&, const pixel&) = default;
};
struct split {  // Python's urllib.parse.SplitResult, a named tuple
  using leat_as = leat::as_instance<"urllib.parse:SplitResult">;
  string scheme, netloc, path, query, fragment;
  LEAT_FIELDS(scheme, netloc, path, query, fragment)
  friend bool operator==(const split&, const split&) = default;
};
struct moment {  // its keywords are checked by the class
  using leat_as = leat::as_instance<"datetime:time">;
  int hour = 0, minute = 0;
  LEAT_FIELDS(hour, minute)
};
struct unknown_class {
  using leat_as = leat::as_instance<"no_such_module:Thing">;
  int x = 0;
  LEAT_FIELDS(x)
};
struct packed {
  int id = 0;
  string name{};
  MSGPACK_DEFINE(id, name)
  friend bool operator==(const packed&, const packed&) = default;
};
struct packed_map {
  packed inner{};
  vector<double> values{};
  MSGPACK_DEFINE_MAP(inner, values)
  friend bool operator==(const packed_map&, const packed_map&) = default;
};
enum class color { red = 1, green = 2 };
constexpr auto leat_values(color) { return std::array{color::red, color::green}; }

using utc = sys_time<microseconds>;
using wall = local_time<microseconds>;

const string source = R"(
import array, collections, dataclasses, datetime, decimal, enum, fractions, types, zoneinfo
@dataclasses.dataclass
class Point:
    x: float
    y: float
@dataclasses.dataclass(frozen=True)
class Spot:
    column: int
    row: int
class Slots:
    __slots__ = ('x', 'y')
    def __init__(self, x, y): self.x, self.y = x, y
class Color(enum.Enum): RED = 1; BLUE = 3
class Number(enum.IntEnum): TWO = 2
class Text(str): pass
class Int(int): pass
Named = collections.namedtuple('Named', 'x y')
Pixel = collections.namedtuple('Pixel', 'row column')
dt, utc = datetime.datetime, datetime.timezone.utc
)";

TEST_CASE_TEMPLATE("behaviour 22: times, structs, variants and their kin go to Python and back", Wire, leat::pickle,
                   leat::msgpack) {
  const trip<Wire> t{.source = source};
  auto same = [&](auto values, const string& seen) {
    CHECK(t.back(values) == values);
    CHECK(t.seen(values.at(0)) == seen);
  };
  same(vector<std::complex<double>>{{1, -2}, {0, HUGE_VAL}}, "(1-2j)");
  same(vector<leat::big_int>{leat::big_int("99999999999999999999"), -5, UINT64_MAX}, "99999999999999999999");
  same(vector<leat::int128>{-static_cast<leat::int128>(UINT64_MAX), 7}, "-18446744073709551615");
  leat::bytearray bytes;
  bytes.assign(3, std::byte{'a'});
  same(vector<leat::bytearray>{bytes}, "bytearray(b'aaa')");
  same(vector<std::set<std::set<int>>>{{{1}}, {}}, "{frozenset({1})}");
  same(vector<std::map<std::set<int>, std::pair<int, int>>>{{{{1}, {2, 3}}}}, "{frozenset({1}): (2, 3)}");
  leat::dict_items<string, int> items;
  for (const char* key : {"z", "a", "m"}) items.emplace_back(key, 1);
  same(vector<leat::dict_items<string, int>>{items}, "{'z': 1, 'a': 1, 'm': 1}");

  using any = variant<std::monostate, int, double, string, tuple<int, string>, point>;
  same(vector<any>{tuple(1, "a"), 1, 1.5, "s", std::monostate{}, point{1, 2}}, "(1, 'a')");
  CHECK(t.seen(any(point{1, 2})) == "{'x': 1.0, 'y': 2.0}");
  same(vector{color::red, color::green}, "1");

  const utc at = sys_days(2024y / 2 / 29) + 12h + 30min + 15s + 250us;
  same(vector<utc>{at, utc::max() < at ? at : utc(-1us), sys_days(1y / 1 / 1), sys_days(9999y / 12 / 31)},
       "datetime.datetime(2024, 2, 29, 12, 30, 15, 250, tzinfo=datetime.timezone.utc)");
  same(vector<wall>{wall(at.time_since_epoch()), wall(-1us)}, "datetime.datetime(2024, 2, 29, 12, 30, 15, 250)");
  same(vector<year_month_day>{2024y / 2 / 29, 1y / 1 / 1, 9999y / 12 / 31}, "datetime.date(2024, 2, 29)");
  same(vector<microseconds>{-1us, 24h, 0us}, "datetime.timedelta(days=-1, seconds=86399, microseconds=999999)");
  same(vector<std::map<sys_days, vector<seconds>>>{{{sys_days(days(1)), {1s}}}},
       "{datetime.date(1970, 1, 2): [datetime.timedelta(seconds=1)]}");

  same(vector<point>{{1, 2}, {3, 4}}, "{'x': 1.0, 'y': 2.0}");
  same(vector<pixel>{{1, 2}}, "(1, 2)");
  same(vector<split>{{"s", "n", "p", "q", "f"}, {}}, "SplitResult(scheme='s', netloc='n', path='p', query='q', fragment='f')");
  same(vector<std::map<pixel, vector<optional<split>>>>{{{{1, 2}, {{}, split{}}}}},
       "{(1, 2): [None, SplitResult(scheme='', netloc='', path='', query='', fragment='')]}");
  same(vector<packed>{{1, "a"}, {}}, "[1, 'a']");
  same(vector<packed_map>{{{1, "a"}, {0.5}}}, "{'inner': [1, 'a'], 'values': [0.5]}");
  same(vector<tuple<packed, point>>{{{1, "a"}, {1, 2}}}, "([1, 'a'], {'x': 1.0, 'y': 2.0})");
}

TEST_CASE_TEMPLATE("behaviour 24: what users return becomes the declared type where nothing is lost", Wire, leat::pickle,
                   leat::msgpack) {
  const trip<Wire> t{.source = source};
  auto makes = [&]<class T>(const T& expected, const vector<string>& expressions) {
    for (const string& e : expressions) {
      CAPTURE(e);
      CHECK(t.template made<T>(e) == expected);
    }
  };
  makes(point{1, 2},
        {"Point(1.0, 2.0)", "Point(1, 2)", "Named(1.0, 2.0)", "Slots(1.0, 2.0)", "{'y': 2.0, 'x': 1.0}",
         "types.SimpleNamespace(x=1.0, y=2.0, z=3)", "collections.OrderedDict(x=1.0, y=2.0)",
         "Point(decimal.Decimal(1), fractions.Fraction(2))", "types.MappingProxyType and Point(Color.RED, Number.TWO)"});
  makes(pixel{1, 2}, {"(1, 2)", "Spot(1, 2)", "Pixel(2, 1)", "{'row': 2, 'column': 1}", "(Int(1), Number.TWO)"});
  makes(vector<optional<point>>{point{1, 2}, std::nullopt}, {"[Point(1.0, 2.0), None]", "[Named(1, 2), None]"});
  makes(std::map<string, point>{{"k", {1, 2}}}, {"{Text('k'): Named(1, 2)}", "collections.OrderedDict(k=Slots(1, 2))"});
  makes(std::set<pixel>{{1, 2}}, {"{(1, 2)}", "{Spot(1, 2)}", "frozenset([Pixel(2, 1)])"});
  makes(std::map<string, double>{{"x", 1}, {"y", 2}}, {"Point(1.0, 2.0)"});
  makes(tuple<double, double>{1, 2}, {"Point(1.0, 2.0)", "Named(1, 2)"});
  makes(variant<int, point>(point{1, 2}), {"Point(1, 2)", "Named(1, 2)", "Slots(1, 2)"});
  makes(2.5, {"decimal.Decimal('2.5')", "fractions.Fraction(5, 2)", "2.5"});
  makes(color::red, {"Color.RED", "1", "Int(1)"});
  makes(2, {"Number.TWO", "Int(2)"});
  makes(string("s"), {"Text('s')"});
  makes(vector{1.5}, {"array.array('d', [1.5])", "[1.5]", "[decimal.Decimal('1.5')]"});
  makes(packed{1, "a"}, {"[1, 'a']", "(1, 'a')", "Named(1, 'a')", "[Number(2) - 1, Text('a')]"});
  makes(packed_map{{1, "a"}, {}},
        {"{'inner': (1, 'a'), 'values': []}", "types.SimpleNamespace and dict(values=(), inner=[1, 'a'])"});

  const utc at = sys_days(2024y / 7 / 1) + 12h;
  makes(at, {"dt(2024, 7, 1, 12, tzinfo=utc)", "dt(2024, 7, 1, 14, tzinfo=zoneinfo.ZoneInfo('Europe/Berlin'))",
             "dt(2024, 7, 1, 17, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=5.5)))"});
  makes(wall(at.time_since_epoch()), {"dt(2024, 7, 1, 12)"});
}

TEST_CASE_TEMPLATE("behaviour 24: numpy's scalars and arrays", Wire, leat::pickle, leat::msgpack) {
  const trip<Wire> t{.source = "import numpy, datetime\n"};
  try {
    t.template made<int>("1");
  } catch (const leat::start_failed& e) {
    std::printf("[skipped] behaviour 24, numpy's scalars and arrays: %s\n", e.what());
    return;
  }
  CHECK(t.template made<int>("numpy.int8(5)") == 5);
  CHECK(t.template made<int>("numpy.array(5)") == 5);
  CHECK(t.template made<std::uint64_t>("numpy.uint64(2**64 - 1)") == UINT64_MAX);
  CHECK(t.template made<bool>("numpy.bool_(True)"));
  CHECK(t.template made<double>("numpy.float32(0.5)") == 0.5);
  CHECK(t.template made<float>("numpy.float64(0.5)") == 0.5f);
  CHECK(t.template made<std::complex<float>>("numpy.complex64(1+2j)") == std::complex<float>(1, 2));
  CHECK(t.template made<string>("numpy.str_('s')") == "s");
  CHECK(t.template made<vector<int>>("numpy.arange(3)") == vector{0, 1, 2});
  CHECK(t.template made<vector<vector<double>>>("numpy.ones((1, 2))") == vector<vector<double>>{{1, 1}});
  CHECK(t.template made<vector<std::array<double, 2>>>("numpy.ones((1, 2))") == vector<std::array<double, 2>>{{1, 1}});
  CHECK(t.template made<point>("numpy.array([(1, 2.0)], dtype=[('x', 'i4'), ('y', 'f8')])[0]") == point{1, 2});
  CHECK(t.template made<utc>("numpy.datetime64('2024-01-01T00:00:00.000001000', 'ns').astype('M8[us]').item().replace("
                             "tzinfo=datetime.timezone.utc)") == sys_days(2024y / 1 / 1) + 1us);
  CHECK(t.template made<wall>("numpy.datetime64('2024-01-01T00:00:00.000001000')") == local_days(2024y / 1 / 1) + 1us);
  CHECK(t.template made<year_month_day>("numpy.datetime64('2024-01-01')") == year_month_day(2024y / 1 / 1));
  CHECK(t.template made<microseconds>("numpy.timedelta64(5, 'ms')") == 5ms);
  for (const char* bad :
       {"numpy.float64(1.5)", "numpy.arange(2)", "numpy.datetime64('2024-01-01T00:00:00.000000001')", "numpy.datetime64('NaT')",
        "numpy.longdouble(1)", "numpy.uint64(2**63)", "numpy.bool_(True)", "numpy.str_('1')"}) {
    CAPTURE(bad);
    CHECK(!t.template refused<int>(bad).python_type().empty());
  }
}

TEST_CASE_TEMPLATE("behaviour 23: mismatches name the field or the alternative", Wire, leat::pickle, leat::msgpack) {
  const trip<Wire> t{.source = source};
  auto refuses = [&]<class T>(T, const string& expression, const string& expected, const string& type) {
    CAPTURE(expression);
    const auto e = t.template refused<T>(expression);
    CHECK(contains(e.expected(), expected));
    CHECK(contains(e.python_type(), type));
    CHECK(e.where().record == 0);
    CHECK(contains(e.where().stage, "make"));
  };
  const string dict = "{'x': float, 'y': float}";
  refuses(point{}, "{'x': 1.0}", dict + " (its field 'y' is missing)", "dict");
  refuses(point{}, "{'x': 1.0, 'y': 2.0, 'z': 3.0}", dict + " (it has no field 'z')", "dict");
  refuses(point{}, "Point('a', 2.0)", "float in field 'x' of " + dict, "str");
  refuses(point{}, "types.SimpleNamespace(x=1.0)", dict, "SimpleNamespace");
  refuses(point{}, "Point", dict, "type");
  refuses(point{}, "7", dict, "int");
  refuses(pixel{}, "Named(1, 2)", "(it has no field 'x')", "dict");
  refuses(pixel{}, "(1, 2.5)", "int in field 'row' of tuple[{'column': int, 'row': int}]", "float");
  refuses(vector<point>{}, "[Point(1.0, 2.0), Named(1, None)]", "float in field 'y' of " + dict + " in element 1 of list[",
          "NoneType");
  refuses(color{}, "Color.BLUE", "int among 1, 2", "int");
  refuses(variant<int, string>{}, "1.5", "int | str", "float");
  refuses(variant<int, string>{}, "True", "int | str", "bool");
  refuses(2.5, "decimal.Decimal('0.1')", "float", "decimal.Decimal");
  refuses(string{}, "decimal.Decimal('0.1')", "str", "decimal.Decimal");
  refuses(utc{}, "dt(2024, 7, 1, 12)", "datetime.datetime with a zone", "datetime.datetime");
  refuses(wall{}, "dt(2024, 7, 1, 12, tzinfo=utc)", "datetime.datetime without a zone", "datetime.datetime");
  refuses(sys_time<seconds>{}, "dt(2024, 7, 1, microsecond=1, tzinfo=utc)", "in ticks of 1 s", "datetime.datetime");
  refuses(year_month_day{}, "dt(2024, 7, 1)", "datetime.date", "datetime.datetime");
  refuses(string{}, "datetime.date(2024, 7, 1)", "str", "datetime.date");
  refuses(std::int64_t{}, "datetime.timedelta(1)", "int", "datetime.timedelta");
  refuses(leat::int128{}, "2**127", "int from -2**127 to 2**127 - 1", "int");
  refuses(std::complex<double>{}, "'1j'", "complex", "str");
  refuses(packed{}, "['a', 1]", "list as the type's msgpack definition reads it", "list");

  CHECK(contains(thrown<leat::conversion_error>([&] { t.seen(moment{25, 0}); }).what(),
                 "expected a batch that the worker can read, got ValueError: hour must be in 0..23"));
  CHECK(contains(thrown<leat::error>([&] { t.seen(unknown_class{}); }).what(), "No module named 'no_such_module'"));
}

}  // namespace
}  // namespace behaviours_types
