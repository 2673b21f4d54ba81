// SPDX-License-Identifier: BSL-1.0
#include <leat/python/call.hpp>
#include <leat/python/python.hpp>

#include <atomic>
#include <future>
#include <optional>

#include <sys/wait.h>

#include "../traces.hpp"

namespace python_call_failure {
namespace {

using namespace support;
using namespace std::chrono_literals;

TEST_CASE("what fails says where, and the next call works in the same worker") {
  const leat::python py(quiet(1));
  const auto inverse = py.function<double(int)>("lambda x: 1 / x");
  CHECK(inverse(2) == 0.5);
  const auto pid = py.worker_pids();
  for (int i = 0; i < 3; ++i) {
    const auto e = thrown<leat::python_error>([&] { inverse(0); });
    CHECK(e.type() == "ZeroDivisionError");
    CHECK(e.where().stage == "py.function(\"lambda x: 1 / x\")");
    CHECK(contains(e.traceback(), "lambda x: 1 / x"));
    CHECK(!contains(e.traceback(), "calls.py"));
    CHECK(inverse(4) == 0.25);
  }
  CHECK(py.worker_pids() == pid);

  const auto text = py.function<int(std::string)>("lambda s: s");
  CHECK(contains(thrown<leat::conversion_error>([&] { text("a"); }).what(), "expected int, got str 'a'"));
  CHECK(contains(thrown<leat::conversion_error>([&] { text("\xff"); }).what(), "valid UTF-8"));
  CHECK(contains(thrown<leat::conversion_error>([&] { text.async("\xff").get(); }).what(), "valid UTF-8"));
  CHECK(contains(thrown<leat::conversion_error>([&] { py.function<int()>("lambda: object()")(); }).what(), "object"));
  CHECK(contains(thrown<leat::python_error>([&] { py.function<int()>("lambda: next(iter(()))")(); }).what(), "StopIteration"));
  CHECK(contains(thrown<leat::python_error>([&] { py.function<int(int, int)>("lambda x: x")(1, 2); }).what(), "positional"));
  CHECK(contains(thrown<leat::start_failed>([&] { py.function<int()>("lambda: (")(); }).what(), "SyntaxError"));
  CHECK(contains(thrown<leat::start_failed>([&] { py.function<int()>("no_such_module:f")(); }).what(), "pip install"));
  CHECK(thrown<leat::start_failed>([&] { py.function<int()>("math:nothing").async().get(); }).where().stage ==
        "py.function(\"math:nothing\")");
  CHECK(contains(thrown<leat::usage_error>([&] { (void)py.function<int()>("square"); }).what(), "py.function(\"square\")"));
  CHECK(py.worker_pids() == pid);
}

TEST_CASE("in a batch of many calls a failing one fails alone, and none runs twice") {
  const leat::python py(quiet(1));
  const traces trace;
  const auto f = py.function<int(int)>("f", trace.source("def f(x):\n"
                                                         "    note(x)\n"
                                                         "    if x % 5 == 0: raise ValueError(x)\n"
                                                         "    if x % 5 == 1: return 'text'\n"
                                                         "    if x % 5 == 2: return lambda: 0\n"
                                                         "    if x % 5 == 3: return 1 << 40\n"
                                                         "    return -x\n"))
                     .gather(1h, 20);
  std::vector<std::future<int>> answers;
  for (int i = 0; i < 20; ++i) answers.push_back(f.async(i));
  for (int i = 0; i < 20; ++i) {
    CAPTURE(i);
    auto& answer = answers[static_cast<std::size_t>(i)];
    REQUIRE(ready(answer));
    switch (i % 5) {
      case 0:
        CHECK(thrown<leat::python_error>([&] { answer.get(); }).python_message() == std::to_string(i));
        break;
      case 1:
        CHECK(thrown<leat::conversion_error>([&] { answer.get(); }).python_type() == "str");
        break;
      case 2:
        CHECK(thrown<leat::conversion_error>([&] { answer.get(); }).python_type() == "function");
        break;
      case 3:
        CHECK(contains(thrown<leat::conversion_error>([&] { answer.get(); }).what(), "2147483647"));
        break;
      default:
        CHECK(answer.get() == -i);
    }
    CHECK(trace.count(std::to_string(i)) == 1);
  }
}

TEST_CASE("batch throws what its first failing record does, with its index") {
  const leat::python py(quiet(2));
  const auto xs = up_to(20'000);
  const auto f = py.function<int(int)>("lambda x: x if x < 7000 else 1 // 0");
  CHECK(thrown<leat::python_error>([&] { f.batch(xs); }).where().record == 7000u);
  CHECK(thrown<leat::python_error>([&] { f.batch(std::vector{1, 2, 9001, 3}); }).where().record == 2u);
  const auto g = py.function<int(int)>("lambda x: x if x < 7000 else 'text'");
  CHECK(thrown<leat::conversion_error>([&] { g.batch(xs); }).where().record == 7000u);
  const auto length = py.function<int(std::string)>("builtins:len");
  CHECK(thrown<leat::conversion_error>([&] { length.batch(std::vector<std::string>{"a", "b", "\xff"}); }).where().record == 2u);
  CHECK(length.batch(std::vector<std::string>{"a", "bc"}) == std::vector{1, 2});
}

TEST_CASE("a worker's death is retried, and the call that keeps killing workers takes no other along") {
  const leat::python py(quiet(1));
  const traces trace;
  const auto source = trace.source(
      "def f(x):\n"
      "    note(x)\n"
      "    if x < 0: os.kill(os.getpid(), 9)\n"
      "    return x\n");
  const auto f = py.function<int(int)>("f", source).gather(1h, 5);
  std::vector<std::future<int>> answers;
  for (const int x : {1, 2, -1, 3, 4}) answers.push_back(f.async(x));
  for (std::size_t i : {0u, 1u, 3u, 4u}) {
    REQUIRE(ready(answers[i]));
    CHECK(answers[i].get() == (i < 2 ? static_cast<int>(i) + 1 : static_cast<int>(i)));
  }
  const auto e = thrown<leat::worker_killed>([&] { answers[2].get(); });
  CHECK(e.signal() == SIGKILL);
  CHECK(contains(e.what(), "gave up after 4 attempts"));
  CHECK(contains(e.what(), "py.function(\"f\")"));
  CHECK(trace.count("-1") == 4);
  CHECK(trace.count("1") == 2);
  CHECK(trace.count("4") == 1);
}

TEST_CASE("a worker that dies between calls is replaced") {
  const leat::python py(quiet(1));
  const auto f = py.function<int(int)>("lambda x: x");
  for (int i = 0; i < 20; ++i) {
    CHECK(f(i) == i);
    for (const pid_t pid : py.worker_pids()) end(pid);
  }
  CHECK(f.batch(up_to(1000)) == up_to(1000));
  end(py.daemon_pid());
  CHECK(f(3) == 3);
}

TEST_CASE("with one attempt a death is not retried") {
  auto options = quiet(1);
  options.attempts = 1;
  const leat::python py(options);
  const auto e = thrown<leat::worker_exited>([&] { py.function<int()>("lambda: __import__('os')._exit(5)")(); });
  CHECK(e.code() == 5);
  CHECK(contains(e.what(), "gave up after 1 attempt"));
  CHECK(!e.where().record);
  const auto f = py.function<int(int)>("lambda x: __import__('os')._exit(5) if x == 700 else x");
  const auto of_many = thrown<leat::worker_exited>([&] { f.batch(up_to(1000)); }).where();
  CHECK(of_many.record.value() <= 700);
  CHECK(of_many.last_record.value_or(*of_many.record) >= 700);
}

TEST_CASE("a batch goes on after a death, without a record lost or doubled") {
  const leat::python py(quiet(2));
  const traces trace;
  const auto f = py.function<int(int)>("f", trace.source("def f(x):\n"
                                                         "    if x == 3000:\n"
                                                         "        note(x)\n"
                                                         "        if len(open(TRACE).readlines()) < 3:\n"
                                                         "            os._exit(1)\n"
                                                         "    return x\n"));
  const auto xs = up_to(10'000);
  CHECK(f.batch(xs) == xs);
  CHECK(trace.count("3000") == 3);
}

TEST_CASE("a call that takes too long ends with its worker, also where that is in native code") {
  const leat::python py(quiet(1));
  const auto f = py.function<int(int)>("lambda x: __import__('time').sleep(1000) if x else 1");
  const auto g = py.function<int(int)>("lambda x: 0 if __import__('re').match('(a|a)*b', 'a' * 60) else x");  // holds the GIL
  CHECK(f(0) == 1);
  for (int i = 0; i < 2; ++i) {
    const pid_t pid = py.worker_pids().at(0);
    const auto e = thrown<leat::worker_timeout>([&] { f.within(50ms)(1); });
    CHECK(contains(e.what(), "no answer within 50 ms; worker " + std::to_string(pid)));
    CHECK(eventually([&] { return !alive(pid); }));
    CHECK(f.within(1h)(0) == 1);
  }
  const pid_t pid = py.worker_pids().at(0);
  auto late = g.within(100ms).async(1);
  REQUIRE(ready(late));
  CHECK(contains(thrown<leat::worker_timeout>([&] { late.get(); }).what(), "no answer within 100 ms"));
  CHECK(eventually([&] { return !alive(pid); }));
  CHECK(f(0) == 1);
  CHECK_THROWS_AS((f.within(50ms).batch(std::vector{0, 0, 1, 0})), leat::worker_timeout);
  CHECK(f(0) == 1);
}

TEST_CASE("the others of a batch whose worker is killed are answered by another") {
  const leat::python py(quiet(1));
  const auto f = py.function<int(int)>("lambda x: __import__('time').sleep(1000) if x == 2 else x");
  CHECK(f(0) == 0);
  const auto many = f.gather(1h, 4);
  std::vector<std::future<int>> answers;
  for (const int x : {0, 1, 3}) answers.push_back(many.async(x));
  std::atomic<bool> timed_out = false;
  std::thread hasty([&] {
    try {
      many.within(100ms)(2);
    } catch (const leat::worker_timeout&) {
      timed_out = true;
    }
  });
  hasty.join();
  CHECK(timed_out);
  for (std::size_t i = 0; i < 3; ++i) {
    REQUIRE(ready(answers[i]));
    CHECK(answers[i].get() == (i < 2 ? static_cast<int>(i) : 3));
  }
}

TEST_CASE("a call that finds no free worker in time says so, and harms nobody") {
  const leat::python py(quiet(1));
  const folder temp;
  const auto wait = py.function<int(std::string)>("f", leat::source_text("import os, time\n"
                                                                         "def f(go):\n"
                                                                         "    open(go + '.runs', 'w').close()\n"
                                                                         "    while not os.path.exists(go): time.sleep(.002)\n"
                                                                         "    return 1\n"));
  auto slow = wait.async(temp / "go");
  CHECK(eventually([&] { return temp.has("go.runs"); }));
  const auto other = py.function<int()>("lambda: 2");
  for (const bool async : {false, true}) {
    const auto e = thrown<leat::worker_timeout>([&] { async ? other.within(20ms).async().get() : other.within(20ms)(); });
    CHECK(contains(e.what(), "no worker was free within 20 ms"));
  }
  temp.write("go", "");
  REQUIRE(ready(slow));
  CHECK(slow.get() == 1);
  CHECK(other() == 2);
}

TEST_CASE("a worker that is still loading when a call's time is up goes on with that, for the next call") {
  const leat::python py(quiet(1));
  const folder temp;
  const traces trace;
  const auto model = py.function<int(int)>("Model", trace.source("class Model:\n"
                                                                 "    def __init__(self, go):\n"
                                                                 "        note('loading')\n"
                                                                 "        while not os.path.exists(go): time.sleep(.002)\n"
                                                                 "    def __call__(self, x): return x\n"))
                         .bind("go", temp / "go");
  for (const bool async : {false, true}) {
    const auto e = thrown<leat::worker_timeout>([&] { async ? model.within(20ms).async(1).get() : model.within(20ms)(1); });
    CHECK((contains(e.what(), "still loading") || contains(e.what(), "no worker was free")));
  }
  auto patient = model.async(2);
  temp.write("go", "");
  REQUIRE(ready(patient));
  CHECK(patient.get() == 2);
  CHECK(model.within(1h)(3) == 3);
  CHECK(trace.count("loading") == 1);
}

TEST_CASE("what is not answered when its environment ends fails, and nothing is left") {
  const std::size_t open = descriptors(), kids = children();
  std::future<int> running, waiting;
  {
    const folder temp;
    std::optional<leat::python<>> py(quiet(1));
    auto f = std::optional(py->function<int(std::string)>("lambda f: open(f, 'w').close() or __import__('time').sleep(1000)"));
    running = f->async(temp / "runs");
    waiting = f->async(temp / "never");
    CHECK(eventually([&] { return temp.has("runs"); }));
    py.reset();
    CHECK(running.wait_for(0s) == std::future_status::timeout);  // the function still holds the workers
    f.reset();
    REQUIRE(ready(running));
    REQUIRE(ready(waiting));
  }
  CHECK(contains(thrown<leat::cancelled>([&] { running.get(); }).what(), "ended before this call was answered"));
  CHECK_THROWS_AS(waiting.get(), leat::cancelled);
  CHECK(eventually([&] { return children() == kids; }));
  CHECK(eventually([&] { return descriptors() == open; }));
}

TEST_CASE("a child of fork cannot call, and is told so") {
  const leat::python py(quiet(1));
  const auto f = py.function<int(int)>("lambda x: x");
  CHECK(f.async(1).get() == 1);  // there is a thread that the child does not have
  const pid_t child = ::fork();
  if (child == 0) {
    int told = 0;
    try {
      f(1);
    } catch (const leat::usage_error& e) {
      told += contains(e.what(), "fork");
    }
    try {
      f.async(1);
    } catch (const leat::usage_error& e) {
      told += contains(e.what(), "fork");
    }
    {
      auto copy = f;  // and its end harms nobody
    }
    std::_Exit(told == 2 ? 0 : 1);
  }
  int status = -1;
  CHECK(eventually([&] { return ::waitpid(child, &status, WNOHANG) == child; }));
  CHECK(status == 0);
  CHECK(f(2) == 2);
}

}  // namespace
}  // namespace python_call_failure
