// SPDX-License-Identifier: BSL-1.0
#include <leat/python/python.hpp>
#include <leat/run/run.hpp>
#include <leat/sink/sum.hpp>
#include <leat/stage/map.hpp>

#include "../python/support.hpp"

namespace run_call_in_task {
namespace {

using namespace support;

TEST_CASE("tasks call Python functions, also more tasks than workers, beside Python stages of the same environment") {
  leat::context ctx({.slots = 4});
  const leat::python py(quiet(2));
  const auto twice = py.function<int(int)>("lambda x: 2 * x");
  const auto numbers = ctx.parallelize(up_to(400), 8);
  CHECK((numbers | leat::map([=](int x) { return twice(x); }) | leat::sum()) == 159'600);
  CHECK((numbers | py.map<int>("lambda x: x + 1") | leat::map([=](int x) { return twice(x); }) | leat::sum()) == 160'400);
}

TEST_CASE("what a call throws in a task comes out of the job") {
  leat::context ctx({.slots = 2});
  const leat::python py(quiet(2));
  const auto inverse = py.function<double(int)>("lambda x: 1 / x");
  const auto e = thrown<leat::python_error>(
      [&] { ctx.parallelize(std::vector{1, 2, 0, 4}, 2) | leat::map([=](int x) { return inverse(x); }) | leat::sum(); });
  CHECK(e.type() == "ZeroDivisionError");
  CHECK(e.where().stage == "py.function(\"lambda x: 1 / x\")");
}

}  // namespace
}  // namespace run_call_in_task
