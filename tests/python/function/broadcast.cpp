// SPDX-License-Identifier: BSL-1.0
#include <leat/python/function/broadcast.hpp>
#include <leat/python/python.hpp>
#include <leat/sink/to_vector.hpp>

#include <map>

#include "../support.hpp"

namespace python_function_broadcast {
namespace {

using namespace support;
using ints = std::vector<int>;
using strings = std::vector<std::string>;

std::string shown(const leat::python<>& py, const leat::broadcast& b, const char* text = "lambda _: repr(v)") {
  return (ints{0} | py.map<std::string>(text).bind("v", b) | leat::to_vector()).at(0);
}

TEST_CASE("any value of the table, and arrays over the shared memory") {
  const leat::python py(quiet(1));
  CHECK(shown(py, py.broadcast(std::map<std::string, ints>{{"ä", {1, 2}}})) == "{'ä': [1, 2]}");
  CHECK(shown(py, py.broadcast(std::string())) == "''");
  CHECK(shown(py, py.broadcast(std::vector<double>{1, 2.5})) == "[1.0, 2.5]");
  CHECK(shown(py, leat::broadcast(7)) == "7");
  const std::vector<double> numbers{1, 2.5};
  const auto array = py.broadcast(std::span(numbers));
  CHECK(array.size() == 16);
  CHECK(shown(py, array) == "array([1. , 2.5])");
  CHECK(shown(py, array, "lambda _: f'{v.flags.writeable} {v.base is not None}'") == "False True");
  auto dtype = [&]<class T>(T) {
    const T one[3] = {T(1), T(2), T(3)};
    return shown(py, py.broadcast(std::span(one)), "lambda _: f'{v.dtype} {v.sum()}'");
  };
  CHECK(dtype(std::int8_t{}) == "int8 6");
  CHECK(dtype(std::uint8_t{}) == "uint8 6");
  CHECK(dtype(std::int16_t{}) == "int16 6");
  CHECK(dtype(std::uint16_t{}) == "uint16 6");
  CHECK(dtype(std::int32_t{}) == "int32 6");
  CHECK(dtype(std::uint32_t{}) == "uint32 6");
  CHECK(dtype(std::int64_t{}) == "int64 6");
  CHECK(dtype(std::uint64_t{}) == "uint64 6");
  CHECK(dtype(0.0f) == "float32 6.0");
  CHECK(dtype(false) == "bool 3");
  CHECK(dtype(std::byte{}) == "uint8 6");
  CHECK(shown(py, py.broadcast(std::span<const double>())) == "array([], dtype=float64)");
}

TEST_CASE("spawned workers get it as forked ones do") {
  auto options = quiet(1);
  options.start = leat::start_method::spawn;
  const leat::python py(options);
  const auto table = py.broadcast(strings{"a"});
  for (int i = 0; i < 2; ++i) CHECK(shown(py, table) == "['a']");
}

TEST_CASE("without numpy an array is a memoryview") {
  const folder temp;
  temp.write("numpy.py", "raise ModuleNotFoundError('hidden', name='numpy')\n");
  auto options = quiet(1);
  options.path = {temp.path()};
  const leat::python py(options);
  const std::vector<std::int64_t> numbers{1, -2};
  CHECK(shown(py, py.broadcast(std::span(numbers)), "lambda _: f'{type(v).__name__} {v.format} {list(v)} {v.readonly}'") ==
        "memoryview q [1, -2] True");
}

TEST_CASE("each worker loads it once, and it outlives neither its last copy nor destroy") {
  const leat::python py(quiet(1));
  const char* const kept = "lambda _: str(len(__import__('leat.shared_values').shared_values.values))";
  auto count = [&] { return (ints{0} | py.map<std::string>(kept) | leat::to_vector()).at(0); };
  {
    const auto table = py.broadcast(strings{"a", "b"});
    const std::string first = shown(py, table, "lambda _: str(id(v))");
    CHECK(shown(py, table, "lambda x: str(id(v))") == first);
    const leat::broadcast copy = table;
    CHECK(shown(py, copy, "lambda y: str(id(v))") == first);
    CHECK(count() == "1");
  }
  CHECK(count() == "0");

  const auto table = py.broadcast(strings{"c"});
  auto stage = py.map<int>("lambda x: len(v) + x").bind("v", table);
  CHECK((ints{1} | stage | leat::to_vector()) == ints{2});
  table.destroy();
  table.destroy();
  for (int i = 0; i < 2; ++i) {
    const auto e = thrown<leat::usage_error>([&] { ints{1} | stage | leat::to_vector(); });
    CHECK(contains(e.what(), "this broadcast was destroyed"));
    CHECK(e.where().stage == "py.map(\"lambda x: len(v) + x\")");
  }
  CHECK(thrown<leat::usage_error>([&] { (void)py.filter("lambda x: v").bind("v", table); }).where().stage ==
        "py.filter(\"lambda x: v\")");
  CHECK_THROWS_AS((void)table.size(), leat::usage_error);
  CHECK(count() == "0");
}

TEST_CASE("a call uses it like a stage, until it is destroyed") {
  const leat::python py(quiet(1));
  const auto table = py.broadcast(ints{1, 2});
  const auto sum = py.function<int(int)>("lambda x: x + sum(v)").bind("v", table);
  CHECK(sum(1) == 4);
  CHECK(sum(2) == 5);
  table.destroy();
  CHECK_THROWS_AS((void)sum(3), leat::usage_error);
}

TEST_CASE("a run that has begun keeps a broadcast that is destroyed under it") {
  const leat::python py(quiet(3));
  const auto table = py.broadcast(10);
  long total = 0;
  bool first = true;
  for (const int x : up_to(20'000) | py.map<int>("lambda x: v").bind("v", table)) {
    if (std::exchange(first, false)) table.destroy();
    total += x;
  }
  CHECK(total == 200'000);
}

}  // namespace
}  // namespace python_function_broadcast
