// SPDX-License-Identifier: BSL-1.0
#include <leat/python/call.hpp>
#include <leat/python/python.hpp>
#include <leat/sink/sum.hpp>
#include <leat/wire/columns.hpp>

#include "../traces.hpp"

namespace python_call_environments {
namespace {

using namespace support;
using namespace std::chrono_literals;

TEST_CASE("calls add to accumulators, and broadcasts reach them") {
  const leat::python py(quiet(2));
  leat::accumulator seen("seen", 0L);
  const auto table = py.broadcast(std::vector<double>{0.5, 1.5, 2.5});
  const auto f = py.function<double(int)>("lambda i: seen.add(1) or table[i]").bind("seen", seen).bind("table", table);
  CHECK(f(1) == 1.5);
  CHECK(f.async(2).get() == 2.5);
  CHECK(f.batch(std::vector{0, 1, 2}) == std::vector{0.5, 1.5, 2.5});
  CHECK(seen.value() == 5);
}

TEST_CASE("a function that Python pickled elsewhere can be called") {
  const leat::python py(quiet(1));
  const auto bytes = py.function<leat::opaque()>("lambda: len")();
  CHECK(py.function<int(std::string)>(leat::pickled_function(bytes.pickle()))("abc") == 3);
}

TEST_CASE("a function that is called has a context without a partition") {
  const leat::python py(quiet(1));
  const auto f = py.function<std::string()>("f", leat::source_text("import leat\n"
                                                                   "def f():\n"
                                                                   "    c = leat.context()\n"
                                                                   "    return f'{c.stage} {c.partition}'\n"));
  CHECK(f() == "py.function(\"f\") None");
}

TEST_CASE("workers without calls end after the idle timeout") {
  auto options = quiet(2);
  options.idle_timeout = 20ms;
  const leat::python py(options);
  const auto f = py.function<int(int)>("lambda x: x");
  for (int i = 0; i < 3; ++i) {
    CHECK(f(i) == i);
    CHECK(eventually([&] { return py.worker_pids().empty(); }));
  }
}

TEST_CASE("workers are recycled between calls, too") {
  auto options = quiet(1);
  options.recycle_sessions = 1;
  const leat::python py(options);
  const auto pid = py.function<int()>("lambda: __import__('os').getpid()");
  const int first = pid();
  int last = first, calls = 0;
  while (last == first && ++calls < 5000) last = pid();
  CHECK(last != first);
}

TEST_CASE("with debug there is one worker, and no time limit") {
  auto options = quiet(4);
  options.debug = true;
  const leat::python py(options);
  const auto f = py.function<int(double)>("lambda s: __import__('time').sleep(s) or 1");
  CHECK(f.within(1ms)(.05) == 1);
  auto a = f.async(.01), b = f.async(.01);
  CHECK(a.get() + b.get() == 2);
  CHECK(py.worker_pids().size() == 1);
}

TEST_CASE("a profile has the functions that were called") {
  auto options = quiet(1);
  options.profile = true;
  const leat::python py(options);
  const auto f = py.function<long(int)>("slow", leat::source_text("def slow(n):\n"
                                                                  "    total = 0\n"
                                                                  "    for x in range(n): total += x\n"
                                                                  "    return total\n"));
  CHECK(f(200'000) == 19'999'900'000);
  CHECK(contains(py.profile(), "slow"));
}

TEST_CASE("the columns wire carries calls of numbers") {
  const leat::python<leat::columns> py(quiet(1));
  const auto f = py.function<double(double)>("lambda x: x / 2");
  CHECK(f(3) == 1.5);
  CHECK(f.batch(std::vector{1.0, 2.0}) == std::vector{0.5, 1.0});
  CHECK(f.async(5).get() == 2.5);
  const auto xs = up_to(200'000);
  CHECK(py.function<int(int)>("lambda x: x").batch(xs) == xs);
}

TEST_CASE("functions run in fresh interpreters, too") {
  auto options = quiet(2);
  options.start = leat::start_method::spawn;
  const leat::python py(options);
  const auto f = py.function<int(int)>("lambda x: x + 1");
  CHECK(f(1) == 2);
  CHECK(f.batch(up_to(1000)).back() == 1000);
}

}  // namespace
}  // namespace python_call_environments
