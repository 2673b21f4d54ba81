// SPDX-License-Identifier: BSL-1.0
#include <leat/python/generate.hpp>
#include <leat/python/python.hpp>
#include <leat/run/context.hpp>
#include <leat/sink/count.hpp>
#include <leat/sink/sum.hpp>
#include <leat/sink/to_vector.hpp>
#include <leat/stage/filter.hpp>
#include <leat/stage/map.hpp>
#include <leat/stage/take.hpp>
#include <leat/wire/msgpack.hpp>

#include <ranges>
#include <tuple>

#include <fcntl.h>

#include "support.hpp"

namespace python_generate {
namespace {

using namespace support;
using ints = std::vector<int>;
using strings = std::vector<std::string>;

const auto generators = leat::source_text(R"(
import itertools, os, leat
def count(n=10): yield from range(n)
def part(p, n=3):
    for i in range(n): yield 100 * p + i
def endless(folder=None):
    try:
        for i in itertools.count():
            yield i
    finally:
        if folder: open(folder + '/closed', 'w').close()
def fails(n):
    yield from range(n)
    raise ValueError('no more')
def dies(n):
    yield from range(n)
    os._exit(5)
class Rows:
    def __init__(self, k): self.k = k
    def __call__(self): return [self.k, self.k + 1]
class Stops:
    def __iter__(self): return self
    def __next__(self): raise StopIteration
)");

TEST_CASE("what a function yields is a range: in loops, behind and before stages, each pass anew") {
  const leat::python py(quiet(2));
  auto numbers = py.generate<int>("count", generators);
  for (int i = 0; i < 2; ++i) {
    CHECK((numbers | leat::to_vector()) == up_to(10));
    int n = 0;
    for (const int x : numbers) CHECK(x == n++);
    CHECK(n == 10);
  }
  static_assert(std::ranges::input_range<decltype(numbers)>);
  CHECK((py.generate<int>("lambda: range(5)") | leat::map([](int x) { return x * x; }) | py.map<int>("lambda x: x + 1") |
         leat::to_vector()) == ints{1, 2, 5, 10, 17});
  CHECK((py.generate<int>("count", generators).bind("n", 100'000) | py.map<int>("lambda x: x") |
         leat::filter([](int x) { return x % 2 == 0; }) | leat::count()) == 50'000);
  CHECK((py.generate<int>("Rows", generators).bind("k", 7) | leat::to_vector()) == ints{7, 8});
  CHECK((py.generate<int>("Stops", generators) | leat::to_vector()).empty());
  CHECK((py.generate<int>("lambda: []") | leat::count()) == 0);
  CHECK((py.generate<bool>("lambda: [True, False]") | leat::to_vector()) == std::vector<bool>{true, false});
  CHECK((py.generate<std::tuple<int, std::string>>("lambda: [(1, 'ä')]") | leat::to_vector()).at(0) == std::tuple(1, "ä"));
  CHECK((py.generate("lambda: [{1}, object]") | py.map<std::string>("lambda x: str(x)") | leat::to_vector()) ==
        strings{"{1}", "<class 'object'>"});
  const leat::python<leat::msgpack> packed(quiet(1));
  CHECK((packed.generate<std::string>("lambda: 'abc'") | leat::to_vector()) == strings{"a", "b", "c"});
}

TEST_CASE("partitions: one call each, one after the other; in a context one task each") {
  const leat::python py(quiet(2));
  auto parts = py.generate<int>("part", generators, 3);
  CHECK(parts.partitions() == 3);
  const ints expected{0, 1, 2, 100, 101, 102, 200, 201, 202};
  CHECK((parts | leat::to_vector()) == expected);
  CHECK((py.generate<int>("lambda p: range(p)", 4) | leat::to_vector()) == ints{0, 0, 1, 0, 1, 2});
  const leat::context ctx({.slots = 2});
  const auto all = ctx.from(parts);
  CHECK(all.partitions() == 3);
  CHECK((all | leat::to_vector()) == expected);
  CHECK((all | py.map<int>("lambda x: -x") | leat::sum()) == -909);
  CHECK((all | leat::take(4) | leat::to_vector()) == ints{0, 1, 2, 100});
  CHECK((ctx.from(py.generate<int>("endless", generators)) | leat::take(3) | leat::to_vector()) == ints{0, 1, 2});
  CHECK(contains(thrown<leat::usage_error>([&] { (void)py.generate<int>("part", generators, 0); }).what(),
                 "at least one partition"));
}

TEST_CASE("an infinite source that is stopped early is closed, and its worker serves on") {
  const leat::python py(quiet(1));
  const folder temp;
  auto endless = py.generate<int>("endless", generators).bind("folder", temp.path());
  CHECK((endless | leat::take(3) | leat::to_vector()) == ints{0, 1, 2});
  CHECK(temp.has("closed"));
  const auto pids = py.worker_pids();
  int n = 0;
  for (const int x : endless | leat::map([](int i) { return 2 * i; })) {
    CHECK(x == 2 * n);
    if (++n == 50'000) break;
  }
  CHECK((py.generate<int>("count", generators) | leat::sum()) == 45);
  CHECK(py.worker_pids() == pids);
}

TEST_CASE("the worker is never far ahead of its reader") {
  const leat::python py(quiet(1));
  const folder temp;
  // Notes how far it is; records of 64 KB.
  const auto slow = leat::source_text(R"(
import itertools, mmap
def noted(file):
    with open(file, 'r+b') as f: view = mmap.mmap(f.fileno(), 8)
    for i in itertools.count():
        view[:8] = i.to_bytes(8, 'little')
        yield bytes(65536)
)");
  const std::string file = temp.write("at", std::string(8, '\0'));
  auto at = [&] {
    std::uint64_t n = 0;
    const std::string raw = temp.read("at");
    std::memcpy(&n, raw.data(), 8);
    return n;
  };
  std::uint64_t n = 0, most = 0;
  for (auto const& x : py.generate<leat::bytes>("noted", slow).bind("file", file)) {
    CHECK(x.size() == 65536);
    ++n;
    const std::uint64_t now = at();
    most = std::max(most, now - std::min(now, n));
    if (n == 3000) break;
  }
  CHECK(most <= 8);
}

TEST_CASE("what it raises comes after all that it has yielded, and names the source") {
  const leat::python py(quiet(1));
  for (const int n : {0, 1, 2, 3, 1000, 50'000}) {
    CAPTURE(n);
    ints seen;
    const auto e = thrown<leat::python_error>([&] {
      for (const int x : py.generate<int>("fails", generators).bind("n", n)) seen.push_back(x);
    });
    CHECK(seen == up_to(n));
    CHECK(e.type() == "ValueError");
    CHECK(e.where().stage == "py.generate(\"fails\")");
    CHECK(contains(e.traceback(), "in fails"));
  }
  const auto no = thrown<leat::python_error>([&] { py.generate<int>("lambda: 3") | leat::sum(); });
  CHECK(contains(no.what(), "must return an iterable"));
  CHECK(contains(thrown<leat::start_failed>([&] { py.generate<int>("lambda: (", 2) | leat::sum(); }).what(), "SyntaxError"));
  ints seen;
  const auto wrong = thrown<leat::conversion_error>([&] {
    for (const int x : py.generate<int>("lambda: (i if i != 700 else 'x' for i in range(1000))")) seen.push_back(x);
  });
  CHECK(wrong.where().record == 700);
  CHECK(wrong.where().stage == "py.generate(\"lambda: (i if i != 700 else 'x' for i in range(1000))\")");
  const auto object = thrown<leat::conversion_error>([&] { py.generate<int>("lambda: [object]") | leat::sum(); });
  CHECK(object.python_type() == "type");
  const auto in_task = thrown<leat::python_error>(
      [&] { (void)(leat::context({.slots = 2}).from(py.generate<int>("lambda p: [1 // (2 - p)]", 4)) | leat::sum()); });
  CHECK(in_task.where().partition == 2);
  CHECK((py.generate<int>("count", generators) | leat::sum()) == 45);
}

TEST_CASE("deaths: before the first element it begins again, later it is an error after what came; a task is run again") {
  const leat::python py(quiet(1));
  const folder temp;
  for (const int n : {1, 1000}) {
    ints seen;
    const auto e = thrown<leat::worker_exited>([&] {
      for (const int x : py.generate<int>("dies", generators).bind("n", n)) seen.push_back(x);
    });
    CHECK(e.code() == 5);
    CHECK(seen.size() <= static_cast<std::size_t>(n));
    CHECK(seen == up_to(static_cast<int>(seen.size())));
    CHECK(contains(e.what(), "it is not tried again"));
    CHECK(e.where().stage == "py.generate(\"dies\")");
  }
  CHECK(contains(thrown<leat::worker_exited>([&] { py.generate<int>("dies", generators).bind("n", 0) | leat::sum(); }).what(),
                 "gave up after 4 attempts"));
  const auto later = leat::source_text(R"(
import os
def rows(p=0, folder=''):
    for i in range(1000):
        if i == p * 10 and not os.path.exists(f'{folder}/{p}'):
            open(f'{folder}/{p}', 'w').close()
            os._exit(1)
        yield i
)");
  CHECK((py.generate<int>("rows", later).bind("folder", temp.path()) | leat::sum()) == 499'500);
  const folder other;
  const leat::context ctx({.slots = 2, .log = [](const leat::log_record&) {}});
  CHECK((ctx.from(py.generate<int>("rows", later, 4).bind("folder", other.path())) | leat::sum()) == 4 * 499'500);
  CHECK(other.has("3"));
}

TEST_CASE("while a source thinks, finished results of other stages come out") {
  const leat::python py(quiet(2));
  const folder temp;
  // The second element waits until the first one's result has been seen.
  const auto gate = leat::source_text(R"(
import os, time
def gated(file):
    yield 1
    while not os.path.exists(file): time.sleep(0.01)
    yield 2
)");
  const auto out = py.generate<int>("gated", gate).bind("file", temp / "seen") | py.map<int>("lambda x: x * 10") |
                   leat::map([&](int x) {
                     temp.write("seen", "");
                     return x;
                   }) |
                   leat::to_vector();
  CHECK(out == ints{10, 20});
}

TEST_CASE("descriptors and workers are given back") {
  const auto before = descriptors();
  {
    const leat::python py(quiet(2));
    for (int i = 0; i < 10; ++i) {
      CHECK((py.generate<int>("count", generators) | py.map<int>("lambda x: x") | leat::sum()) == 45);
      CHECK((py.generate<int>("endless", generators) | leat::take(3) | leat::sum()) == 3);
      CHECK_THROWS_AS((void)(py.generate<int>("fails", generators).bind("n", 2) | leat::sum()), leat::python_error);
    }
    CHECK(py.worker_pids().size() <= 3);  // the source's and those of the stage
  }
  CHECK(descriptors() == before);
}

}  // namespace
}  // namespace python_generate
