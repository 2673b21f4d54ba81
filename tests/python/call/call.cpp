// SPDX-License-Identifier: BSL-1.0
#include <leat/python/call.hpp>
#include <leat/python/python.hpp>
#include <leat/sink/to_vector.hpp>
#include <leat/wire/msgpack.hpp>

#include <atomic>
#include <functional>
#include <future>
#include <map>
#include <optional>
#include <tuple>

#include "../traces.hpp"

namespace python_call_call {
namespace {

using namespace support;
using namespace std::chrono_literals;

TEST_CASE("a function is called like one of C++, with any number of arguments") {
  const leat::python py(quiet());
  CHECK(py.function<int(int)>("lambda x: x + 1")(41) == 42);
  CHECK(py.function<double(double)>("math:sqrt")(2.25) == 1.5);
  CHECK(py.function<int()>("lambda: 7")() == 7);
  CHECK(py.function<std::string(std::string, int)>("lambda s, n: s * n")("ab", 3) == "ababab");
  CHECK(py.function<std::string(const char*, std::string_view)>("lambda a, b: a + b")("a", "b") == "ab");
  CHECK(py.function<int(int, int, int)>("lambda *xs: sum(xs)").bind("k", 1)(1, 2, 3) == 6);
  CHECK(py.function<int(const std::vector<int>&)>("builtins:sum")({1, 2, 3}) == 6);
  CHECK(py.function<int(std::pair<int, int>)>("lambda p: p[0] - p[1]")({5, 3}) == 2);  // one argument, a tuple
  CHECK(py.function<std::optional<int>(int)>("lambda x: x or None")(0) == std::nullopt);
  CHECK(py.function<bool(bool)>("lambda x: not x")(false));
  const auto twice = py.function<int(int)>("twice", leat::source_text("def twice(x, by=2): return x * by"));
  CHECK(twice(21) == 42);
  CHECK(twice.bind("by", 3)(21) == 63);
  const std::function<int(int)> erased = twice;
  CHECK(erased(1) == 2);
}

TEST_CASE("what is returned may be dropped, or carried without a look") {
  const leat::python py(quiet());
  const traces trace;
  py.function<void(int)>("note", trace.source())(3);
  CHECK(trace.lines() == std::vector<std::string>{"3"});
  py.function<void()>("lambda: lambda: 0")();  // cannot be pickled
  const auto kept = py.function<leat::opaque(int)>("lambda x: {x, 1j}")(2);
  CHECK(py.function<int(leat::opaque)>("lambda s: len(s)")(kept) == 2);
  py.function<void(int)>("lambda x: None").async(1).get();
  py.function<void(int)>("lambda x: None").batch(std::vector{1, 2});
}

TEST_CASE("the msgpack wire carries calls, too") {
  const leat::python<leat::msgpack> py(quiet());
  const auto join = py.function<std::string(std::vector<std::string>, std::string)>("lambda xs, by: by.join(xs)");
  CHECK(join({"a", "b"}, "-") == "a-b");
  CHECK(join.batch(std::vector<std::tuple<std::vector<std::string>, std::string>>{
            {{"a", "b"}, "+"}, {std::vector<std::string>{}, "+"}}) == std::vector<std::string>{"a+b", ""});
}

TEST_CASE("a class is made once in each worker") {
  const leat::python py(quiet());
  const traces trace;
  const auto model = py.function<int(int)>("Model", trace.source("class Model:\n"
                                                                 "    def __init__(self, k): self.k = k; note('made')\n"
                                                                 "    def __call__(self, x): return self.k + x\n"));
  const auto five = model.bind("k", 5);
  for (int i = 0; i < 20; ++i) CHECK(five(i) == i + 5);
  CHECK(trace.count("made") == 1);
  CHECK(py.worker_pids().size() == 1);
}

TEST_CASE("calls from many threads, of several functions, share the workers") {
  const leat::python py(quiet(2));
  const auto plus = py.function<int(int)>("lambda x: x + 1");
  const auto pid = py.function<int(int)>("lambda x: __import__('os').getpid()");
  std::mutex mutex;
  std::map<int, int> seen;
  std::atomic<int> wrong{0}, failed{0};
  std::vector<std::thread> threads;
  for (int k = 0; k < 8; ++k)
    threads.emplace_back([&, k] {
      const auto half = py.function<int(int)>("lambda x: 100 // (x % 10)");
      for (int i = 0; i < 150; ++i) {
        wrong += plus(i * k) != i * k + 1;
        if (i % 10 == 0) {
          const int by = pid(i);
          const std::lock_guard held(mutex);
          ++seen[by];
        }
        try {
          wrong += half(i) != 100 / (i % 10);
        } catch (const leat::python_error&) {
          ++failed;
        }
        if (i % 50 == 0) wrong += plus.batch(std::vector{1, 2, 3}) != std::vector{2, 3, 4};
        if (i % 7 == 0) wrong += plus.async(i).get() != i + 1;
      }
    });
  for (auto& t : threads) t.join();
  CHECK(wrong == 0);
  CHECK(failed == 8 * 15);
  CHECK(seen.size() <= 2);
  CHECK(py.worker_pids().size() <= 2);
}

TEST_CASE("async runs though nobody waits, and more calls than workers wait for each other") {
  const leat::python py(quiet(2));
  const traces trace;
  const auto note = py.function<int(int)>("f", trace.source("def f(x):\n    note(x)\n    return x * x\n"));
  (void)note.async(1);
  CHECK(eventually([&] { return trace.count("1") == 1; }));
  std::vector<std::future<int>> answers;
  for (int i = 0; i < 500; ++i) answers.push_back(note.async(i));
  for (int i = 0; i < 500; ++i) CHECK(answers[static_cast<std::size_t>(i)].get() == i * i);
  CHECK(py.worker_pids().size() == 2);
}

TEST_CASE("batch spreads records over the workers and keeps their request") {
  const leat::python py(quiet(2));
  const auto f = py.function<long(int)>("lambda x: x * 3");
  CHECK(f.batch({}).empty());
  const auto xs = up_to(100'000);
  const auto ys = f.batch(xs);
  REQUIRE(ys.size() == xs.size());
  for (std::size_t i = 0; i < ys.size(); ++i) REQUIRE(ys[i] == 3 * xs[i]);
  CHECK(py.function<bool(int)>("lambda x: x % 2 == 1").batch(std::vector{1, 2, 3}) == std::vector{true, false, true});
  const auto product = py.function<int(int, int)>("lambda a, b: a * b");
  CHECK(product.batch(std::vector<std::tuple<int, int>>{{2, 3}, {4, 5}}) == std::vector{6, 20});
  CHECK(py.function<std::size_t(std::string)>("builtins:len")
            .batch(std::vector<std::string>{std::string(1'000'000, 'x'), "ab"}) == std::vector<std::size_t>{1'000'000, 2});
}

TEST_CASE("a pipeline takes over the workers that calls leave idle, and hands them back") {
  const leat::python py(quiet(1));
  const auto pid = py.function<int(int)>("lambda x: __import__('os').getpid()");
  const int first = pid(0);
  for (int i = 0; i < 3; ++i) {
    CHECK((std::vector{1} | py.map<int>("lambda x: __import__('os').getpid()") | leat::to_vector()) == std::vector{first});
    CHECK(pid(0) == first);
    CHECK(pid.batch(std::vector{0}) == std::vector{first});
    CHECK(py.function<int()>("lambda: __import__('os').getpid()")() == first);
  }
  CHECK(py.worker_pids() == std::vector<pid_t>{first});
}

TEST_CASE("calls gather for as long as they may, or until there are enough") {
  const leat::python py(quiet(1));
  const auto f = py.function<int(int)>("lambda x: x");
  CHECK(f.gather(1ms)(1) == 1);
  CHECK(f.gather(1ms).async(2).get() == 2);
  CHECK(f.gather(1h, 1)(3) == 3);
  CHECK_THROWS_AS(f.gather(1h).within(20ms)(1), leat::worker_timeout);
  const auto pair = f.gather(1h, 2);
  auto one = pair.async(1), two = pair.async(2);
  REQUIRE(ready(two));
  CHECK(one.get() + two.get() == 3);
}

}  // namespace
}  // namespace python_call_call
