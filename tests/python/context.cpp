// SPDX-License-Identifier: BSL-1.0
// What a worker's functions learn from `import leat`, and say to the log.
#include <leat/python/python.hpp>
#include <leat/sink/to_vector.hpp>

#include "support.hpp"

namespace python_context {
namespace {

using namespace support;
using ints = std::vector<int>;
using strings = std::vector<std::string>;

const auto asking = leat::source_text(R"(
import leat
AT_IMPORT = leat.context().stage
def where(x):
    c = leat.context()
    return f'{c.stage} {c.partition} {c.attempt} {c.seed}'
def at_import(x): return AT_IMPORT
def say(x):
    print('printed')
    leat.log(f'plain {x}')
    leat.context().log('é\ud800 two\nlines', 'warning')
    return x
class Late:
    def __init__(self): self.stage = leat.context().stage
    def __call__(self, x): return self.stage
)");

TEST_CASE("over a plain range: the stage, no partition, the first attempt") {
  const leat::python py(quiet(1));
  CHECK((ints{1} | py.map<std::string>("where", asking) | leat::to_vector()) == strings{"py.map(\"where\") None 0 0"});
  CHECK((ints{1} | py.map("lambda x: x") | py.map<std::string>("where", asking) | leat::to_vector()) ==
        strings{"py.map(\"lambda x: x\") | py.map(\"where\") None 0 0"});
  CHECK((ints{1} | py.map<std::string>("at_import", asking) | leat::to_vector()) == strings{"py.map(\"where\")"});
  CHECK((ints{1} | py.map<std::string>("Late", asking) | leat::to_vector()) == strings{"py.map(\"Late\")"});
}

TEST_CASE("log lines come with the worker's pid, between what is printed") {
  log_lines log;
  auto options = quiet(1);
  options.log = log.callback();
  pid_t pid = 0;
  {
    const leat::python py(options);
    CHECK((ints{7} | py.map<int>("say", asking) | leat::to_vector()) == ints{7});
    pid = py.worker_pids().at(0);
  }
  strings out, err;
  for (auto const& r : log.all()) {
    CHECK(r.worker == pid);
    (r.level == leat::log_record::info ? out : err).push_back(r.text);
  }
  CHECK(out == strings{"printed", "plain 7"});
  CHECK(err == strings{"é\\ud800 two", "lines"});
}

TEST_CASE("outside of a session, and with an unknown level, it says so") {
  const leat::python py(quiet(1));
  auto message = [&](const char* text) {
    return thrown<leat::python_error>([&] { ints{1} | py.map<int>(text) | leat::to_vector(); }).python_message();
  };
  CHECK(message("lambda x: __import__('leat').log('x', 'loud')") ==
        "the level of a log line is 'info' or 'warning', not 'loud'");
  // As it is between two sessions.
  CHECK(contains(message("lambda x: setattr(__import__('leat'), 'serving', None) or __import__('leat').context()"),
                 "leat.context() is there only while a worker runs functions of a pipeline"));
  CHECK((ints{1} | py.map<std::string>("where", asking) | leat::to_vector()).size() == 1);
}

}  // namespace
}  // namespace python_context
