// SPDX-License-Identifier: BSL-1.0
// Neighbouring stages of several Python environments.
#include <leat/python/environment/daemon_pool.hpp>
#include <leat/python/exchange/environment_chain.hpp>
#include <leat/python/python.hpp>
#include <leat/sink/sum.hpp>
#include <leat/sink/to_vector.hpp>
#include <leat/stage/map.hpp>
#include <leat/stage/take.hpp>
#include <leat/wire/msgpack.hpp>

#include "../support.hpp"

namespace python_exchange_environment_chain {
namespace {

using namespace support;
using ints = std::vector<int>;
using strings = std::vector<std::string>;

/// Another interpreter than the tests', of another version where there is one; the same where there is none.
std::string second_interpreter() {
  if (const char* const given = std::getenv("LEAT_TEST_PYTHON"); given != nullptr && *given != '\0') return given;
  const char* const home = std::getenv("HOME");
  std::error_code none;
  for (auto const& entry : std::filesystem::directory_iterator(std::string(home ? home : "") + "/.pyenv/versions", none)) {
    const std::string version = entry.path().filename().string();
    if (version.rfind("3.12", 0) == 0 || version.rfind("3.13", 0) == 0) return entry.path().string();
  }
  return "/usr/bin/python3";
}
leat::python_options with_sys(std::size_t workers = 2) {
  auto options = quiet(workers);
  options.imports = {"sys", "os"};
  return options;
}
leat::python_options second(std::size_t workers = 2) {
  auto options = with_sys(workers);
  options.interpreter = second_interpreter();
  return options;
}
const char* const version = "lambda _: '%d.%d' % sys.version_info[:2]";

TEST_CASE("two Python versions side by side in one pipeline") {
  const leat::python<> a(with_sys()), b(second());
  const std::string first = (ints{1} | a.map<std::string>(version) | leat::to_vector()).at(0);
  const std::string other = (ints{1} | b.map<std::string>(version) | leat::to_vector()).at(0);
  if (first == other) MESSAGE("there is only Python " << first);
  const auto pair =
      ints{1} | a.map(version) | b.map<std::string>("lambda v: v + ' ' + '%d.%d' % sys.version_info[:2]") | leat::to_vector();
  CHECK(pair == strings{first + " " + other});
  auto const input = up_to(20'000);
  long expected = 0;
  for (const int x : input)
    if (x % 3 == 0) expected += 2 * x + 1;
  auto chain = a.filter("lambda x: x % 3 == 0") | b.map("lambda x: 2 * x") | b.map("lambda x: (x,)") |
               a.flat_map<long>("lambda t: [t[0] + 1]");
  for (int i = 0; i < 3; ++i) CHECK((input | chain | leat::sum()) == expected);
  const auto order = input | a.map("lambda x: x") | b.map<int>("lambda x: x") | leat::to_vector();
  CHECK(order == input);
}

TEST_CASE("between environments any object travels that both can pickle, sharing included") {
  const leat::python<> a(with_sys(1)), b(second(1)), c(with_sys(1));
  const auto kinds = ints{1, 2} | a.map("lambda x: {'d': {x}, 'c': complex(x), 'r': range(x)}") |
                     b.filter("lambda d: d['c'] == 2") | c.map<std::string>("lambda d: str(d)") | leat::to_vector();
  CHECK(kinds == strings{"{'d': {2}, 'c': (2+0j), 'r': range(0, 2)}"});
  // A class that only the first has.
  const auto source = leat::source_text("class Own:\n    pass\ndef make(x): return Own()\n");
  const auto e = thrown<leat::error>([&] { ints{1} | a.map("make", source) | b.map<int>("lambda x: 1") | leat::to_vector(); });
  CHECK_MESSAGE(contains(e.what(), "No module named '<source_text>"), std::string(e.what()));
  CHECK(e.where().stage == "py.map(\"lambda x: 1\")");
  const auto unsent = thrown<leat::conversion_error>(
      [&] { ints{1, 2} | a.map("lambda x: lambda: x") | b.map<int>("lambda x: 1") | leat::sum(); });
  CHECK(unsent.python_type() == "function");
  CHECK(unsent.where().stage == "py.map(\"lambda x: lambda: x\")");
}

TEST_CASE("environments of different wires") {
  const leat::python<> a(with_sys());
  const leat::python<leat::msgpack> b(with_sys());
  CHECK((up_to(10) | a.map("lambda x: {x}") | b.map<int>("lambda s: s.pop() + 1") | leat::sum()) == 55);
  CHECK((up_to(10) | b.map<int>("lambda x: x + 1") | a.map<int>("lambda x: -x") | leat::sum()) == -55);
}

TEST_CASE("an error of any environment names its stage and record") {
  const leat::python<> a(with_sys()), b(second());
  const auto check = [](auto stages, const std::string& stage) {
    const auto e = thrown<leat::python_error>([&] { up_to(1000) | stages | leat::to_vector(); });
    CHECK(e.type() == "ZeroDivisionError");
    CHECK(e.where().stage == "py.map(\"" + stage + "\")");
    CHECK(e.where().record == 700);
  };
  check(a.map("lambda x: 1 // (x - 700)") | b.map<int>("lambda x: x"), "lambda x: 1 // (x - 700)");
  check(a.map("lambda x: x") | b.map<int>("lambda x: 1 // (x - 700)"), "lambda x: 1 // (x - 700)");
  CHECK((up_to(10) | a.map("lambda x: x") | b.map<int>("lambda x: x") | leat::sum()) == 45);
}

TEST_CASE("an early stop, partitions, nothing at all") {
  const leat::python<> a(with_sys()), b(second());
  CHECK((up_to(100'000) | a.map("lambda x: x") | b.map<int>("lambda x: x + 1") | leat::take(3) | leat::to_vector()) ==
        ints{1, 2, 3});
  CHECK((ints{} | a.map("lambda x: x") | b.map<int>("lambda x: x + 1") | leat::to_vector()).empty());
  CHECK((up_to(1000) | a.map_partitions("lambda it: [sum(it)]") | b.map_partitions<long>("lambda it: [sum(it), 7]") |
         leat::to_vector()) == std::vector<long>{499'500, 7});
  CHECK((ints{} | a.map_partitions("lambda it: [sum(it)]") | b.map_partitions<long>("lambda it: [sum(it), 7]") |
         leat::to_vector()) == std::vector<long>{0, 7});
  CHECK((up_to(9) | leat::map([](int x) { return x + 1; }) | a.map("lambda x: x") | b.map<int>("lambda x: x + k").bind("k", 1) |
         leat::map([](int x) { return 2 * x; }) | leat::sum()) == 108);
}

TEST_CASE("workers that die in either environment are replaced, and nothing is lost or doubled") {
  const folder temp;
  const auto source = leat::source_text("import os, signal\nSEEN = '" + temp.path() + R"('
def maybe_die(x, name):
    mark = f'{SEEN}/{name}{x // 3000}'
    if x % 3000 == 2999 and not os.path.exists(mark):
        open(mark, 'w').close()
        os.kill(os.getpid(), signal.SIGKILL)
    return x
def many(x, name):
    for i in range(20):
        yield maybe_die(20 * x + i, name)
)");
  auto first = with_sys(), other = second();
  first.attempts = other.attempts = 20;  // a batch may hold several of the records that kill
  const leat::python<> a(first), b(other);
  const auto out = up_to(1000) | a.flat_map("many", source).bind("name", "a") |
                   b.map<int>("maybe_die", source).bind("name", "b") | leat::to_vector();
  CHECK(out == up_to(20'000));
  std::size_t deaths = 0;
  for ([[maybe_unused]] auto const& entry : std::filesystem::directory_iterator(temp.path())) ++deaths;
  CHECK(deaths == 12);
}

TEST_CASE("of a batch that is done again only the rest goes on") {
  using namespace leat::python_detail;
  auto what = std::make_shared<program>();
  what->workers = std::make_shared<leat::python_detail::daemon_pool>(quiet(1));
  what->functions.push_back(make_function(kind::map, "lambda x: x + 1", nullptr));
  what->in_wire = what->out_wire = leat::pickle::name;
  what->in_type = "object";
  what->out_type = "int";
  struct collect final : exchange::receiver {
    ints got{};
    bool results(std::string_view body, std::size_t, std::size_t) override {
      leat::pickle::decode<int>(body, [&](int x) { return got.push_back(x), true; });
      return true;
    }
  } all;
  leat::wire::buffer batch;
  leat::pickle::encoder<int> encoder;
  encoder.begin(batch);
  for (int x = 0; x < 5; ++x) encoder.put(batch, x);
  encoder.end(batch, 5);
  const leat::core::run_info run;
  environment_chain to(what, run, all);
  for (const std::size_t skip : {0u, 3u, 5u, 4u}) CHECK(to.results(batch.view(), 5, skip));
  to.finish();
  CHECK(all.got == ints{1, 2, 3, 4, 5, 4, 5, 5});
}

}  // namespace
}  // namespace python_exchange_environment_chain
