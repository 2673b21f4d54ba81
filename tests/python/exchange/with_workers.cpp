// SPDX-License-Identifier: BSL-1.0
#include <leat/python/exchange/exchange.hpp>
#include <leat/python/python.hpp>
#include <leat/sink/count.hpp>
#include <leat/sink/for_each.hpp>
#include <leat/sink/sum.hpp>
#include <leat/sink/to_vector.hpp>
#include <leat/source/iota.hpp>
#include <leat/source/lines.hpp>
#include <leat/stage/filter.hpp>
#include <leat/stage/flat_map.hpp>
#include <leat/stage/inspect.hpp>
#include <leat/stage/map.hpp>
#include <leat/stage/take.hpp>

#include <random>

#include <fcntl.h>
#include <sys/resource.h>

#include "../support.hpp"

namespace python_exchange_with_workers {
namespace {

using namespace support;
using ints = std::vector<int>;

/// Python that kills its worker at the records of `where`, `times` times in all.
leat::python_source killing(const folder& temp, int times = 1) {
  return leat::source_text("import os, signal\nFOLDER, TIMES = '" + temp.path() + "', " + std::to_string(times) + R"(
def die():
    for i in range(TIMES):
        try:
            os.close(os.open(f'{FOLDER}/death{i}', os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            continue
        os.kill(os.getpid(), signal.SIGKILL)
def one(x, at):
    if x in at: die()
    return x
def many(x, at):
    for i in range(3):
        if x in at and i == 1: die()
        yield 3 * x + i
def partition(it, at):
    for x in it:
        if x in at: die()
        yield x
def early(it, at):
    die()
    yield from it
class Model:
    def __init__(self, at): self.at = at
    def __call__(self, x):
        if x in self.at: die()
        return x
)");
}

TEST_CASE("retry: a worker dies, and every result is there once and in order") {
  const leat::python py(quiet(3));
  const auto input = up_to(60'000);
  for (const int at : {0, 1, 17, 30'000, 59'999}) {
    CAPTURE(at);
    const ints where{at};
    {
      const folder temp;
      CHECK((input | py.map<int>("one", killing(temp)).bind("at", where) | leat::to_vector()) == input);
      CHECK(temp.has("death0"));
    }
    {
      const folder temp;
      CHECK((input | py.map<int>("Model", killing(temp)).bind("at", where) | leat::to_vector()) == input);
      CHECK(temp.has("death0"));
    }
    {
      const folder temp;  // in the middle of what one record yields
      const auto out = input | py.flat_map<int>("many", killing(temp)).bind("at", where) | leat::to_vector();
      CHECK(out == up_to(180'000));
      CHECK(temp.has("death0"));
    }
    {
      const folder temp;
      auto out = input | py.unordered().map<int>("one", killing(temp)).bind("at", where) | leat::to_vector();
      std::sort(out.begin(), out.end());
      CHECK(out == input);
    }
    {
      const folder temp;  // and the source can be read only once
      int next = 0;
      ints out;
      for (const int x : leat::iota(0) | leat::take(60'000) | leat::inspect([&](int) { ++next; }) |
                             py.map<int>("one", killing(temp)).bind("at", where))
        out.push_back(x);
      CHECK(out == input);
      CHECK(next == 60'000);
    }
  }
}

TEST_CASE("retry: what had been delivered of a batch is passed over, wherever the parts were cut") {
  const leat::python py(quiet(1));
  for (const int at : {100, 20'000, 299'999}) {
    CAPTURE(at);
    const folder temp;
    const auto source = leat::source_text("import os, signal, random\nFOLDER = '" + temp.path() + R"('
def count(n, at):
    for i in range(n):
        if i == at:
            try: os.close(os.open(f'{FOLDER}/death', os.O_CREAT | os.O_EXCL))
            except FileExistsError: pass
            else: os.kill(os.getpid(), signal.SIGKILL)
        yield i
)");
    int seen = 0;
    for (const int x : ints{300'000} | py.flat_map<int>("count", source).bind("at", at)) seen += x == seen;
    CHECK(seen == 300'000);
    CHECK(temp.has("death"));
  }
}

TEST_CASE("retry: three deaths are forgiven, the fourth is not") {
  const leat::python py(quiet(2));
  const auto input = up_to(20'000);
  {
    const folder temp;
    CHECK((input | py.map<int>("one", killing(temp, 3)).bind("at", ints{15'000}) | leat::to_vector()) == input);
    CHECK(temp.has("death2"));
  }
  const folder temp;
  ints before;
  const auto e = thrown<leat::worker_killed>([&] {
    for (const int x : input | py.map<int>("one", killing(temp, 100)).bind("at", ints{15'000})) before.push_back(x);
  });
  CHECK(temp.has("death3"));
  CHECK(!temp.has("death4"));
  CHECK(e.signal() == SIGKILL);
  CHECK(contains(e.what(), "py.map(\"one\")"));
  CHECK(contains(e.what(), "gave up after 4 attempts"));
  CHECK(e.where().batch.has_value());
  const std::size_t first = e.where().record.value(), last = e.where().last_record.value_or(first);
  CHECK(first <= 15'000);
  CHECK(last >= 15'000);
  CHECK(contains(e.what(),
                 last == first ? "record 15000:" : "records " + std::to_string(first) + " to " + std::to_string(last) + ": "));
  CHECK(before == up_to(static_cast<int>(before.size())));
  CHECK((input | py.map<long>("lambda x: x") | leat::sum()) == 199'990'000);

  auto options = quiet(1);
  options.attempts = 1;
  const folder once;
  CHECK_THROWS_AS(input | leat::python(options).map<int>("one", killing(once)).bind("at", ints{0}) | leat::to_vector(),
                  leat::worker_killed);
}

TEST_CASE("retry: deaths at different batches do not add up") {
  const leat::python py(quiet(2));
  auto options = quiet(2);
  const folder temp;
  const auto source = leat::source_text("import os\nFOLDER = '" + temp.path() + R"('
def f(x):
    if x % 10_000 == 5_000:
        try: os.close(os.open(f'{FOLDER}/{x}', os.O_CREAT | os.O_EXCL))
        except FileExistsError: pass
        else: os._exit(1)
    return x
)");
  const auto input = up_to(100'000);
  CHECK((input | py.map<int>("f", source) | leat::to_vector()) == input);
  CHECK(temp.has("95000"));
}

TEST_CASE("retry: map_partitions and stateful classes only before their first result, and the error says so") {
  const leat::python py(quiet(2));
  const auto input = up_to(50'000);
  {
    const folder temp;
    CHECK((input | py.map_partitions<int>("early", killing(temp)).bind("at", ints{}) | leat::to_vector()) == input);
    CHECK(temp.has("death0"));
  }
  {
    const folder temp;
    const auto e = thrown<leat::worker_killed>(
        [&] { input | py.map_partitions<int>("partition", killing(temp)).bind("at", ints{40'000}) | leat::to_vector(); });
    CHECK(contains(e.what(), "not tried again"));
    CHECK(contains(e.where().stage, "py.map_partitions(\"partition\")"));
  }
  {
    const folder temp;
    const auto e = thrown<leat::worker_killed>(
        [&] { input | py.map<int>("Model", killing(temp)).bind("at", ints{40'000}).stateful() | leat::to_vector(); });
    CHECK(contains(e.what(), "not tried again"));
  }
  CHECK((input | py.map<int>("lambda x: x") | leat::count()) == 50'000);
}

TEST_CASE("retry: a death in the first or the second of two exchanges is blamed on, and mended by, its own") {
  const leat::python py(quiet(2));
  const auto input = up_to(30'000);
  for (const bool first : {true, false}) {
    CAPTURE(first);
    const folder temp, other;
    auto chain = [&](int times) {
      return py.map<int>("one", killing(temp, times)).bind("at", first ? ints{20'000} : ints{}) |
             leat::map([](int x) { return x; }) |
             py.flat_map<int>("many", killing(other, times)).bind("at", first ? ints{} : ints{20'000});
    };
    CHECK((input | chain(1) | leat::to_vector()) == up_to(90'000));
    const auto e = thrown<leat::worker_killed>([&] { input | chain(100) | leat::to_vector(); });
    CHECK(e.where().stage == (first ? "py.map(\"one\")" : "py.flat_map(\"many\")"));
    CHECK(contains(e.what(), "gave up after 4 attempts"));
    CHECK((first ? temp : other).has("death4"));
    CHECK(!(first ? temp : other).has("death5"));
  }
}

TEST_CASE("where a new worker cannot be started after a death, the error comes out and nothing breaks") {
  const folder temp;
  const std::string mine = temp.write("python", "#!/bin/sh\nexec " + interpreter() + " \"$@\"\n", true);
  auto options = quiet(1);
  options.interpreter = mine;
  const leat::python py(options);
  CHECK((ints{1} | py.map<int>("lambda x: x") | leat::sum()) == 1);
  const auto e = thrown<leat::start_failed>([&] {
    for (const int x : up_to(100'000) | py.map<int>("lambda x: x"))
      if (x == 100) {
        std::filesystem::remove(mine);
        end(py.daemon_pid());
      }
  });
  CHECK(contains(e.what(), mine));
}

TEST_CASE("the record of an error is right in large inputs, for map, filter, flat_map and their mixes") {
  const leat::python py(quiet(3));
  std::mt19937 random(7);
  for (int round = 0; round < 6; ++round) {
    const int bad = round == 0 ? 0 : static_cast<int>(random() % 70'000);
    CAPTURE(bad);
    const auto input = up_to(70'000);
    auto record = [&](auto stage) {
      return thrown<leat::python_error>([&] { input | stage | leat::to_vector(); }).where().record;
    };
    const auto at = static_cast<std::size_t>(bad);
    CHECK(record(py.map<int>("lambda x: 1 // (x - k)").bind("k", bad)) == at);
    CHECK(record(py.filter("lambda x: 1 // (x - k)").bind("k", bad)) == at);
    CHECK(record(py.flat_map<int>("lambda x: [x] * (1 // (x - k) or 1)").bind("k", bad)) == at);
    CHECK(record(py.filter("lambda x: x % 3 == k % 3").bind("k", bad) | py.map<int>("lambda x: 1 // (x - k)").bind("k", bad)) ==
          at);
    CHECK(record(py.flat_map("lambda x: (x, x)") | py.filter("lambda x: True") |
                 py.map<int>("lambda x: 1 // (x - k)").bind("k", bad)) == at);
    // What came before, in another exchange, is counted by the native stage's results.
    CHECK(record(leat::filter([](int x) { return x % 2 == 0; }) |
                 py.map<int>("lambda x: 1 // (x - k)").bind("k", bad / 2 * 2)) == at / 2);
  }
  auto conversion = [&](auto stage) {
    return thrown<leat::conversion_error>([&] { up_to(50'000) | stage | leat::to_vector(); });
  };
  CHECK(conversion(py.map<int>("lambda x: x if x != 31_234 else 'text'")).where().record == 31'234);
  CHECK(conversion(py.map<int>("lambda x: x if x != 31_234 else 1j")).where().record == 31'234);
  CHECK(conversion(py.map<int>("lambda x: x + 1") |
                   leat::map([](int x) { return x == 40'001 ? std::string("\xff") : std::string("a"); }) |
                   py.map<int>("builtins:len"))
            .where()
            .record == 40'000);
  const auto e = conversion(py.flat_map<int>("lambda x: (x, x) if x != 31_234 else (x, 'text')"));
  CHECK(!e.where().record);
  CHECK(contains(e.what(), "result"));
  // At the end of a stream, too, the stage is known.
  const auto tail = thrown<leat::conversion_error>(
      [&] { ints{1, 2} | py.map_partitions<int>("lambda it: [sum(it), 'x']") | leat::to_vector(); });
  CHECK(tail.where().stage == "py.map_partitions(\"lambda it: [sum(it), 'x']\")");
}

TEST_CASE("an endless range, an early stop, and the worker is used again") {
  const leat::python py(quiet(2));
  CHECK((leat::iota(0) | py.map<int>("lambda x: x * 2") | leat::take(5) | leat::to_vector()) == ints{0, 2, 4, 6, 8});
  int kept = 0;  // rounds that every worker survived: on a machine with too much to do, the grace may not be enough
  for (int i = 0; i < 10; ++i) {
    const auto pids = py.worker_pids();
    CHECK((leat::iota(i) | py.map<int>("lambda x: x * 2") | leat::take(3) | leat::to_vector()) ==
          ints{2 * i, 2 * i + 2, 2 * i + 4});
    CHECK((leat::iota(0) | py.filter("lambda x: x % 1000 == 999") | leat::take(2) | leat::to_vector()) == ints{999, 1999});
    const auto now = py.worker_pids();
    kept += std::all_of(pids.begin(), pids.end(), [&](pid_t pid) { return std::count(now.begin(), now.end(), pid) == 1; });
  }
  CHECK(kept > 0);
  CHECK(eventually([&] { return py.worker_pids().size() <= 2; }));
  CHECK((leat::iota(0) | py.map<int>("lambda x: x") | leat::take(0) | leat::to_vector()).empty());
}

std::size_t resident_kb() {
  std::istringstream status(proc_text(::getpid(), "status"));
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmRSS:", 0) == 0) return std::stoul(line.substr(6));
  return 0;
}

TEST_CASE("memory is bounded: a slow consumer, one slow record among fast ones, many results of one record") {
  const leat::python py(quiet(2));
  const std::string kilobyte(1000, 'x');
  auto grown = [&](auto run) {
    const std::size_t before = resident_kb();
    std::size_t most = 0;
    run([&] { most = std::max(most, resident_kb()); });
    return most > before && !sanitized ? most - before : 0;
  };
  std::size_t n = 0;
  auto strings = leat::iota(0) | leat::map([&](int) { return kilobyte; }) | leat::take(200'000);
  CHECK(grown([&](auto look) {
          // One record takes until the others have long been done; their results are small.
          strings |
              py.filter(
                  "slow",
                  leat::source_text(
                      "import time\nn = 0\ndef slow(x):\n  global n\n  n += 1\n  if n == 1: time.sleep(0.7)\n  return False")) |
              leat::count();
          look();
        }) < 100'000);  // of 200 MB
  CHECK(grown([&](auto look) {
          for (auto const& s : strings | py.map<std::string>("lambda s: s"))
            if (n += s.size(); n % 10'000'000 == 0) look();
        }) < 100'000);
  CHECK(n == 200'000'000);
  n = 0;
  CHECK(grown([&](auto look) {
          ints{200'000, 1} | py.flat_map<std::string>("lambda n: ('x' * 1000 for _ in range(n))") |
              leat::for_each([&](std::string s) {
                if (n += s.size(); n % 10'000'000 == 0) look();
              });
        }) < 100'000);
  CHECK(n == 200'001'000);
}

TEST_CASE("large records go both ways at once without a deadlock, results larger than inputs too") {
  const leat::python py(quiet(2));
  const std::string megabyte(1'000'000, 'm');
  std::size_t bytes = 0;
  for (auto const& s :
       leat::iota(0) | leat::map([&](int) { return megabyte; }) | leat::take(60) | py.map<std::string>("lambda s: s + 'x'"))
    bytes += s.size();
  CHECK(bytes == 60'000'060);
  CHECK((up_to(40) | py.map<std::string>("lambda n: 'x' * 1_000_000") |
         leat::map([](const std::string& s) { return s.size(); }) | leat::sum()) == 40'000'000);
  CHECK((up_to(40) | leat::map([&](int) { return megabyte; }) | py.map<int>("builtins:len") | leat::sum()) == 40'000'000);
  const std::string large(30'000'000, 'l');
  CHECK((std::vector{large, std::string(), large} | py.map<std::string>("lambda s: s") | leat::to_vector()) ==
        std::vector{large, std::string(), large});
}

TEST_CASE("a source that waits: finished results come out, deaths are mended, and its end is seen") {
  const leat::python py(quiet(2));
  const folder temp;
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const leat::python_detail::descriptor in(ends[0]);
  leat::python_detail::descriptor out(ends[1]);
  auto say = [&](const std::string& text) {
    REQUIRE(::write(out.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  };
  // Each answer is what makes the next line come: nothing moves where results are held up.
  int answers = 0;
  const auto source = leat::source_text("import os\nFOLDER = '" + temp.path() + R"('
def f(line):
    if line == '30':
        try: os.close(os.open(f'{FOLDER}/death', os.O_CREAT | os.O_EXCL))
        except FileExistsError: pass
        else: os._exit(1)
    return int(line)
)");
  say("0\n");
  leat::lines(in.get()) | py.map<int>("f", source) | leat::map([](int x) { return x; }) | py.map<int>("lambda x: x + 1") |
      leat::for_each([&](int x) {
        ++answers;
        CHECK(x == answers);
        if (x < 60)
          say(std::to_string(x) + "\n");
        else
          out.reset();
      });
  CHECK(answers == 60);
  CHECK(temp.has("death"));

  // An early stop while the source waits.
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const leat::python_detail::descriptor second(ends[0]);
  out = leat::python_detail::descriptor(ends[1]);
  say("7\nrest");
  CHECK((leat::lines(second.get()) | py.map<int>("builtins:int") | leat::take(1) | leat::to_vector()) == ints{7});
  say("more\n");
  CHECK_THROWS_AS(leat::lines(second.get()) | py.map<int>("lambda s: s") | leat::take(1) | leat::for_each([](int) {}),
                  leat::conversion_error);
}

TEST_CASE("exceptions of native stages pass through, and the workers stay usable") {
  const leat::python py(quiet(2));
  struct mine {};
  for (int i = 0; i < 3; ++i) {
    CHECK_THROWS_AS(up_to(50'000) | py.map<int>("lambda x: x") | leat::for_each([](int x) {
                      if (x == 20'000) throw mine();
                    }),
                    mine);
    CHECK_THROWS_AS(up_to(50'000) | leat::map([](int x) { return x == 30'000 ? throw mine() : x; }) |
                        py.map<int>("lambda x: x") | leat::sum(),
                    mine);
    CHECK((up_to(100) | py.map<int>("lambda x: x") | leat::sum()) == 4950);
  }
  CHECK(eventually([&] { return py.worker_pids().size() <= 2; }));
}

}  // namespace
}  // namespace python_exchange_with_workers
