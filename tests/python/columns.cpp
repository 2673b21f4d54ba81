// SPDX-License-Identifier: BSL-1.0
// The columns wire through real workers, and the shared memory that its large batches stand in.
#include <leat/python/exchange/exchange.hpp>
#include <leat/run/run.hpp>
#include <leat/sink/count.hpp>
#include <leat/sink/sum.hpp>
#include <leat/sink/to_vector.hpp>
#include <leat/source/iota.hpp>
#include <leat/stage/map.hpp>
#include <leat/stage/take.hpp>
#include <leat/wire/columns.hpp>

#include <cstring>
#include <numeric>
#include <optional>
#include <tuple>

#include "support.hpp"

namespace python_columns {
namespace {

using namespace support;
using leat::columns;

struct framed : columns {
  static constexpr bool shared_memory = false;
};

struct interval {
  double low = 0, high = 0;
  LEAT_FIELDS(low, high)
};

template <class T>
std::vector<T> up_to_as(std::size_t n) {
  std::vector<T> all(n);
  std::iota(all.begin(), all.end(), T{0});
  return all;
}

/// Slots that a process has mapped: of elements, of results, or of both.
std::size_t mapped(pid_t pid, const std::string& kind = "") {
  std::istringstream maps(proc_text(pid, "maps"));
  std::size_t n = 0;
  for (std::string line; std::getline(maps, line);) n += contains(line, "/memfd:leat-" + kind);
  return n;
}

/// Slots of elements: loans, in flight although none may be loans any more, and written to.
constexpr std::size_t most_of_a_worker =
    leat::python_detail::most_loans + leat::python_detail::window_bytes / leat::python_detail::shared_buffer_threshold + 3;
constexpr std::size_t many = 1'000'000;  // doubles: 32 full batches

const leat::python_source functions = leat::source_text(R"(
import os
kept = []
def keep(a):
    kept.append((a, float(a.sum())))
    for b, total in kept:
        assert float(b.sum()) == total
    return a
def die_once(a, flag):
    if len(a) > 1000 and not os.path.exists(flag):
        open(flag, 'w').close()
        os.kill(os.getpid(), 9)
    return a + 1
def change(a):
    a += 1
    return a
)");

TEST_CASE("map_batches gets arrays and may return arrays, lists and other iterables") {
  const leat::python<columns> py(quiet(1));
  const std::vector<double> in{1, 2, 3};
  CHECK((in | py.map_batches<double>("lambda a: a * 2 + 1") | leat::to_vector()) == std::vector<double>{3, 5, 7});
  CHECK((in | py.map_batches<std::string>("lambda a: [type(a).__name__ + ' ' + str(a.dtype)] * len(a)") | leat::to_vector()) ==
        std::vector<std::string>(3, "ndarray float64"));
  CHECK((in | py.map_batches<bool>("lambda a: a > 1.5") | leat::to_vector()) == std::vector<bool>{false, true, true});
  CHECK((in | py.map_batches<std::int64_t>("lambda a: (int(x) for x in a)") | leat::to_vector()) ==
        std::vector<std::int64_t>{1, 2, 3});
  CHECK((in | py.map_batches<float>("lambda a: a[a > 1]") | leat::sum()) == 5);
  CHECK((in | py.map_batches("lambda a: [str(a.dtype)] * len(a)") | leat::count()) == 3);  // opaque results
}

TEST_CASE("several columns are a tuple of arrays, both ways; a following function of batches gets what was returned") {
  const leat::python<columns> py(quiet(1));
  using row = std::tuple<std::int32_t, std::string, double>;
  const std::vector<row> in{{1, "a", 0.5}, {2, "b", 1.5}};
  CHECK((in | py.map_batches<row>("lambda c: (c[0] + 1, [s.upper() for s in c[1]], c[2] * 2)") | leat::to_vector()) ==
        std::vector<row>{{2, "A", 1}, {3, "B", 3}});
  CHECK((in | py.map_batches<row>("lambda c: list(zip(c[0].tolist(), c[1], c[2].tolist()))") | leat::to_vector()) == in);
  CHECK((in | py.map_batches<double>("lambda c: c[0] * c[2]") | leat::to_vector()) == std::vector<double>{0.5, 3});
  CHECK((in | py.map<row>("lambda r: (r[0] + 1, r[1], r[2])") | leat::to_vector()) ==
        std::vector<row>{{2, "a", 0.5}, {3, "b", 1.5}});
}

TEST_CASE("results that do not fit the declared type are refused by name") {
  const leat::python<columns> py(quiet(1));
  const auto refused = [&]<class T>(T, const char* function) {
    return thrown<leat::conversion_error>([&] { up_to(3) | py.map_batches<T>(function) | leat::to_vector(); });
  };
  auto e = refused(std::int64_t{}, "lambda a: a * 0.5");
  CHECK(e.expected() == "int64");
  CHECK(e.python_type() == "numpy.ndarray of float64");
  CHECK(contains(e.repr(), "array([0.])"));
  CHECK(contains(e.where().stage, "py.map_batches"));
  e = refused(std::int8_t{}, "lambda a: a + 126");
  CHECK(e.python_type() == "numpy.ndarray with 128");
  e = refused(std::int64_t{}, "lambda a: a[:, None]");
  CHECK(e.python_type() == "numpy.ndarray with 2 dimensions");
  CHECK(refused(std::int64_t{}, "lambda a: ['x', 'y']").python_type() == "str");
  const auto error =
      thrown<leat::python_error>([&] { up_to(3) | py.map_batches<int>("change", functions) | leat::to_vector(); });
  CHECK(contains(error.what(), "read-only"));
  const auto element =
      thrown<leat::conversion_error>([&] { up_to(30) | py.map<std::uint8_t>("lambda x: x + 230") | leat::to_vector(); });
  CHECK(element.where().record == 26);
  CHECK(element.expected() == "uint8");
  CHECK(element.python_type() == "int");
  CHECK(element.repr() == "256");
}

TEST_CASE_TEMPLATE("large batches come and go through shared memory, or in their frames, with the same results", Wire, columns,
                   framed) {
  for (const std::size_t workers : {1, 2}) {
    const leat::python<Wire> py(quiet(workers));
    const auto numbers = up_to_as<double>(many);
    std::vector<double> expected;
    for (const double x : numbers) expected.push_back(x * 2 + 1);
    CHECK((numbers | py.template map_batches<double>("lambda a: a * 2 + 1") | leat::to_vector()) == expected);
    CHECK((leat::iota(std::size_t{0}, many) | leat::map([](std::size_t i) { return static_cast<double>(i); }) |
           py.template map_batches<double>("lambda a: a * 2 + 1") | leat::to_vector()) == expected);
    CHECK((numbers | py.template map<double>("lambda x: x * 2 + 1") | leat::to_vector()) == expected);
    using row = std::pair<std::int64_t, double>;
    std::vector<row> rows;
    for (std::size_t i = 0; i != many; ++i) rows.emplace_back(i, 0.5 * static_cast<double>(i));
    CHECK((rows | py.template map_batches<row>("lambda c: c") | leat::to_vector()) == rows);
    const auto flags = rows | py.template map_batches<bool>("lambda c: c[0] % 2 == 1") | leat::to_vector();
    CHECK(flags.size() == many);
    CHECK(flags[1] == true);
    std::vector<std::string> texts(200'000, "some text");
    CHECK((texts | py.template map_batches<std::string>("lambda a: a") | leat::to_vector()) == texts);
    std::size_t used = 0;
    for (const pid_t pid : py.worker_pids()) used += mapped(pid);
    CHECK((used > 0) == std::is_same_v<Wire, columns>);
    leat::context ctx({.slots = 2});
    CHECK((ctx.parallelize(numbers, 4) | py.template map_batches<double>("lambda a: a * 2 + 1") | leat::to_vector()) ==
          expected);
  }
}

TEST_CASE("arrays that a function keeps stay as they are, also when no buffer is left") {
  const leat::python<columns> py(quiet(1));
  const auto numbers = up_to_as<double>(many);
  for (int i = 0; i != 2; ++i) CHECK((numbers | py.map_batches<double>("keep", functions) | leat::to_vector()) == numbers);
  CHECK((numbers | py.map_batches<double>("lambda a: a") | leat::count()) == many);
  const pid_t pid = py.worker_pids().at(0);
  CHECK(mapped(pid, "results") == leat::python_detail::result_buffers);
  CHECK(mapped(pid, "elements") == leat::python_detail::most_loans);
  CHECK(mapped(::getpid(), "elements") <= most_of_a_worker);
}

TEST_CASE("buffers are used again: many runs, whole ones, stopped ones and failed ones, need no more of them") {
  const leat::python<columns> py(quiet(2));
  const auto numbers = up_to_as<double>(many);
  for (int i = 0; i != 30; ++i) {
    CHECK((numbers | py.map_batches<double>("lambda a: a + 1") | leat::take(100'000) | leat::count()) == 100'000);
    CHECK_THROWS_AS(numbers | py.map_batches<double>("lambda a: a + 1 // int(a[-1] < 500000)") | leat::count(),
                    leat::python_error);
    CHECK((numbers | py.map_batches<double>("lambda a: a + 1") | leat::count()) == many);
  }
  CHECK(mapped(::getpid(), "elements") > 0);
  CHECK(mapped(::getpid(), "elements") <= 2 * most_of_a_worker);
}

TEST_CASE("a worker that is killed in the middle of a batch is replaced, and nothing of it is left") {
  const folder f;
  const auto numbers = up_to_as<double>(many);
  std::vector<double> expected;
  for (const double x : numbers) expected.push_back(x + 1);
  const std::size_t files = descriptors(), maps = mapped(::getpid());
  for (const std::size_t workers : {1, 2}) {
    const std::string flag = f / std::to_string(workers);
    const leat::python<columns> py(quiet(workers));
    const auto stage = py.map_batches<double>("die_once", functions).bind("flag", flag).batch(50'000);  // shared, if slow too
    CHECK((numbers | stage | leat::to_vector()) == expected);
    CHECK(f.has(std::to_string(workers)));
    CHECK(mapped(::getpid()) > maps);
  }
  CHECK(eventually([&] { return descriptors() == files && mapped(::getpid()) == maps; }));
}

TEST_CASE("an interpreter without numpy: arrays are refused with the line that installs it, elements are not") {
  const folder f;
  f.write("numpy.py", "raise ModuleNotFoundError(\"No module named 'numpy'\", name='numpy')\n");
  leat::python_options options = quiet(1);
  options.path = {f.path()};
  const leat::python<columns> py(options);
  const auto e = thrown<leat::start_failed>([&] { up_to(3) | py.map_batches<int>("lambda a: a") | leat::count(); });
  CHECK(contains(e.what(), "lacks the package 'numpy'"));
  CHECK(contains(e.what(), py.interpreter() + " -m pip install numpy"));
  CHECK((up_to(3) | py.map<int>("lambda x: x + 1") | leat::to_vector()) == std::vector<int>{1, 2, 3});
  CHECK((std::vector<std::string>{"a"} | py.map_batches<std::string>("lambda a: a * 2") | leat::count()) == 2);
}

TEST_CASE("what a worker says of buffers is not trusted") {
  const std::pair<const char*, const char*> cases[] = {
      {"head(2, 1, 16) + struct.pack('<QQ', 99, 5)", "in a buffer that it does not have: 99"},
      {"head(2, 1, 16) + struct.pack('<QQ', 0, 1 << 40)", "in a buffer of another size: 1099511627776 bytes"},
      {"head(2, 1, 3) + b'abc'", "in a buffer and does not say where"},
      {"head(9, 0, 0)", "gave back buffer 99, which it did not have"},
  };
  for (auto const& c : cases) {
    CAPTURE(std::string(c.second));
    const leat::python<columns> py(quiet(1));
    // User code that finds the session's socket and writes to it, when buffers are in use.
    const auto source = leat::source_text(
        "import os, struct\n"
        "calls = []\n"
        "def head(kind, flags, length):\n"
        "    return struct.pack('<2sBBIQQQ', b'lt', kind, flags, 1, 99, 0, length)\n"
        "def lie(a):\n"
        "    calls.append(len(a))\n"
        "    for fd in range(3, 64) if sum(calls) > 1_500_000 else ():\n"
        "        if os.path.exists(f'/proc/self/fd/{fd}') and 'socket' in os.readlink(f'/proc/self/fd/{fd}'):\n"
        "            os.write(fd, " +
        std::string(c.first) + ")\n    return a\n");
    const auto numbers = up_to_as<double>(2 * many);
    const auto e = thrown<leat::protocol_error>([&] { numbers | py.map_batches<double>("lie", source) | leat::count(); });
    CAPTURE(std::string(e.what()));
    CHECK(contains(e.what(), c.second));
  }
}

TEST_CASE("map_batches is given arrays wherever it stands in its pass") {
  const leat::python<columns> py(quiet(1));
  const leat::python<framed> in_frames(quiet(1));
  const std::vector<double> numbers{1, 2, 3, 4};
  using doubles = std::vector<double>;
  const auto run = [&](auto stage) { return numbers | stage | leat::to_vector(); };
  const auto twice = py.map_batches<double>("lambda a: a * 2");  // of a list: twice as long
  CHECK(run(py.filter("lambda x: x > 1") | twice) == doubles{4, 6, 8});
  CHECK(run(py.filter("lambda x: x > 9") | twice).empty());
  CHECK(run(py.map<double>("lambda x: x + 1") | twice) == doubles{4, 6, 8, 10});
  CHECK(run(py.map<double>("lambda x: x + 1") | (py.filter("lambda x: x > 3") | twice)) == doubles{8, 10});
  CHECK(run(py.flat_map<double>("lambda x: [x] * (x > 3)") | twice | twice) == doubles{16});
  CHECK(run(py.map_partitions<double>("lambda xs: (x for x in xs)") | twice) == doubles{2, 4, 6, 8});
  CHECK(run(py.map<std::pair<double, int>>("lambda x: (x, 1)") | py.map_batches<double>("lambda c: c[0] * 2 + c[1]")) ==
        doubles{3, 5, 7, 9});
  CHECK(run(in_frames.filter("lambda x: x > 1") | in_frames.map_batches<double>("lambda a: a * 2")) == doubles{4, 6, 8});
  const leat::python<columns> other(quiet(1));  // another environment
  CHECK(run(other.map<double>("lambda x: x + 1") | twice) == doubles{4, 6, 8, 10});
  CHECK(run(twice | (other.filter("lambda x: x > 4") | other.map_batches<double>("lambda a: a * 2"))) == doubles{12, 16});
  const auto e = thrown<leat::conversion_error>([&] { run(py.map<double>("lambda x: str(x)") | twice); });
  CHECK(contains(e.what(), "expected float64, got str '1.0'"));
}

TEST_CASE("what map_batches returns as columns is rows to what follows in its pass") {
  const leat::python<columns> py(quiet(1));
  using row = std::pair<double, double>;
  using rows = std::vector<row>;
  using doubles = std::vector<double>;
  const std::vector<double> two{1, 3};  // a batch each
  const auto both = py.map_batches<row>("lambda a: (a, a * 2)");
  // as many rows as columns: neither is taken for the other
  const auto longer = py.map_batches<row>("lambda a: (a.tolist() + [9], a.tolist() + [5])");
  const auto second = py.map<double>("lambda r: r[1]");
  const auto run = [&](auto stage) { return two | stage | leat::to_vector(); };
  CHECK(run(both | py.map<double>("lambda r: float(r[0])")) == doubles{1, 3});
  CHECK(run(both | second) == doubles{2, 6});
  CHECK(run(both | py.filter("lambda r: True")) == rows{{1, 2}, {3, 6}});
  CHECK(run(both | py.filter("lambda r: r[1] > 2") | second) == doubles{6});
  CHECK(run(both | py.flat_map<double>("lambda r: r")) == doubles{1, 2, 3, 6});
  CHECK(run(both | py.map_partitions<double>("lambda rs: (r[0] - r[1] for r in rs)")) == doubles{-1, -3});
  CHECK(run(py.filter("lambda x: x > 0") | both | py.map<row>("lambda r: r")) == rows{{1, 2}, {3, 6}});
  CHECK(run(both | py.map_batches<double>("lambda c: c[0] + c[1]")) == doubles{3, 9});
  CHECK(run(both | py.filter("lambda r: True") | py.map_batches<double>("lambda c: c[0] + c[1]")) == doubles{3, 9});
  CHECK(run(longer | second) == doubles{1, 5, 3, 5});
  CHECK(run(py.map_batches<row>("lambda a: [(x, -x) for x in a.tolist()]") | second) == doubles{-1, -3});
  CHECK(run(py.map_batches<std::optional<int>>("lambda a: __import__('numpy').ma.masked_less(a.astype('i4'), 2)") |
            py.map<int>("lambda x: -1 if x is None else x")) == std::vector<int>{-1, 3});
  CHECK(run(py.map_batches<interval>("lambda a: {'low': a, 'high': a + 1}") |
            py.map<double>("lambda p: p['low'] * 10 + p['high']")) == doubles{12, 34});
  const leat::context ctx({.slots = 2});
  CHECK((ctx.parallelize(two, 1) | both | second | leat::to_vector()) == doubles{2, 6});
  const leat::python<columns> other(quiet(1));  // another environment: a relay between the two
  CHECK(run(both | other.map<double>("lambda r: r[1]")) == doubles{2, 6});
  const auto refused = [&](auto stage, const char* what) {
    const auto e = thrown<leat::conversion_error>([&] { run(stage); });
    CAPTURE(std::string(e.what()));
    CHECK(contains(e.what(), what));
    CHECK(contains(e.where().stage, "py.map_batches(\"lambda a: "));
  };
  refused(py.filter("lambda x: True") | py.map_batches<int>("lambda a: a * 0.5") | py.map<int>("lambda x: x"),
          "expected int32, got numpy.ndarray of float64");
  refused(py.map_batches<int>("lambda a: a * 0.5") | py.map_batches<int>("lambda b: b"),
          "expected int32, got numpy.ndarray of float64");
  refused(py.map_batches<interval>("lambda a: {'low': a}") | py.map<int>("lambda x: x"), "its column 'high' is missing");
}

}  // namespace
}  // namespace python_columns
