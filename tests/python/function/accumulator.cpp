// SPDX-License-Identifier: BSL-1.0
#include <leat/python/function/accumulator.hpp>
#include <leat/python/python.hpp>
#include <leat/sink/count.hpp>
#include <leat/sink/sum.hpp>
#include <leat/sink/to_vector.hpp>
#include <leat/stage/take.hpp>

#include <set>
#include <thread>

#include "../support.hpp"

namespace python_function_accumulator {
namespace {

using namespace support;
using ints = std::vector<int>;
using strings = std::vector<std::string>;

const auto counting = leat::source_text(R"(
import leat
def count(x, bad):
    if x % 3 == 0: bad.add(1)
    return x
def plus(x, bad):
    bad += x
    return x
def by_name(x):
    leat.accumulator('bad').add(2)
    return x
def many(x, bad):
    for i in range(10_000): bad.add(1)
    return x
def each(xs, bad):
    for x in xs:
        bad.add(1)
        yield x
    bad.add(1000)
class Model:
    def __init__(self, bad): self.bad = bad
    def __call__(self, x):
        self.bad.add(1)
        return x
)");

TEST_CASE("functions of every kind add to it: by a keyword, in place, by name, from a class") {
  const leat::python py(quiet(2));
  const leat::accumulator<long> bad("bad");
  long expected = 0;
  auto check = [&](const char* what, auto stage, long more) {
    CAPTURE(what);
    for (int i = 0; i < 2; ++i) {
      CHECK((up_to(3000) | stage | leat::count()) == 3000);
      CHECK(bad.value() == (expected += more));
    }
  };
  check("map", py.map<int>("count", counting).bind("bad", bad), 1000);
  check("filter", py.filter("lambda x: bad.add(1) or True").bind("bad", bad), 3000);
  check("in place", py.map<int>("plus", counting).bind("bad", bad), 2999 * 3000 / 2);
  check("by name", py.map<int>("by_name", counting) | py.filter("lambda x: True or bad").bind("bad", bad), 6000);
  check("batches", py.map_batches<int>("lambda xs: (bad.add(len(xs)), xs)[1]").bind("bad", bad), 3000);
  check("partitions, to the end", py.map_partitions<int>("each", counting).bind("bad", bad), 4000);
  check("a class", py.map<int>("Model", counting).bind("bad", bad), 3000);
  check("two functions", py.map("count", counting).bind("bad", bad) | py.map<int>("plus", counting).bind("bad", bad),
        1000 + 2999 * 3000 / 2);
  CHECK((ints{1, 2} | py.map<int>("many", counting).bind("bad", bad) | leat::count()) == 2);
  CHECK(bad.value() == (expected += 20'000));
  bad.add(5);
  CHECK(bad.value() == (expected += 5));
}

TEST_CASE("the types of the table, and any merge function") {
  const leat::python py(quiet(2));
  const leat::accumulator<double> total("total", 0.5);
  const leat::accumulator<std::string> text;
  const leat::accumulator most("most", 0, [](int a, int b) { return std::max(a, b); });
  const leat::accumulator seen("seen", std::set<int>{}, [](std::set<int> a, const std::set<int>& b) {
    a.insert(b.begin(), b.end());
    return a;
  });
  auto stage = py.map<int>("lambda x: (total.add(x / 2), most.add(x), seen.add({x % 7}), text.add('é'), x)[-1]")
                   .bind("total", total)
                   .bind("most", most)
                   .bind("seen", seen)
                   .bind("text", text);
  CHECK((up_to(1001) | stage | leat::count()) == 1001);
  CHECK(total.value() == 0.5 + 250'250);
  CHECK(most.value() == 1000);
  CHECK(seen.value() == std::set<int>{0, 1, 2, 3, 4, 5, 6});
  CHECK(text.value().size() == 2002);
}

TEST_CASE("a batch that is tried again counts once; one that fails counts nothing") {
  const leat::python py(quiet(2));
  const folder temp;
  const leat::accumulator<long> seen;
  auto dying = py.map<int>(
                     "lambda x: (seen.add(1), x != 777 or __import__('os').path.exists(f) or "
                     "(open(f, 'w').close(), __import__('os')._exit(3)), x)[-1]")
                   .bind("seen", seen)
                   .bind("f", temp / "died");
  CHECK((up_to(5000) | dying | leat::count()) == 5000);
  CHECK(temp.has("died"));
  CHECK(seen.value() == 5000);

  const leat::python one(quiet(1));
  const leat::accumulator<long> failed;
  auto failing = one.map<int>("lambda x: (failed.add(1), 1 // (x - 7))[1]").bind("failed", failed);
  CHECK_THROWS_AS((void)(up_to(8) | failing | leat::count()), leat::python_error);
  const long before = failed.value();  // of the batches before the one that failed
  CHECK(before < 8);
  CHECK((ints{1, 2, 3} | failing | leat::count()) == 3);
  CHECK(failed.value() == before + 3);
}

TEST_CASE("an early stop counts the batches that were done by then, and nothing of the others later") {
  const leat::python py(quiet(1));
  const leat::accumulator<long> seen;
  auto stage = py.map<int>("lambda x: (seen.add(1), x)[1]").bind("seen", seen);
  CHECK((up_to(100'000) | stage | leat::take(10) | leat::count()) == 10);
  const long some = seen.value();
  CHECK(some < 100'000);
  CHECK((ints{1} | stage | leat::count()) == 1);
  CHECK(seen.value() == some + 1);
}

TEST_CASE("wrong updates, reading, pickling and unknown names are errors that say so") {
  const leat::python py(quiet(1));
  const leat::accumulator<int> bad("bad lines");
  const auto wrong = thrown<leat::conversion_error>(
      [&] { ints{1} | py.map<int>("lambda x: bad.add('one') or x").bind("bad", bad) | leat::sum(); });
  CHECK(wrong.expected() == "int");
  CHECK(wrong.python_type() == "str");
  CHECK(contains(wrong.what(), "it was added to the accumulator 'bad lines'"));
  CHECK(contains(wrong.where().stage, "py.map(\"lambda x: bad.add('one')"));
  const auto object = thrown<leat::conversion_error>(
      [&] { ints{1} | py.map<int>("lambda x: bad.add(object) or x").bind("bad", bad) | leat::sum(); });
  CHECK(object.expected() == "int (for the accumulator 'bad lines')");
  CHECK(object.python_type() == "type");
  auto raised = [&](const char* text) {
    return thrown<leat::python_error>([&] { ints{1} | py.map<int>(text).bind("bad", bad) | leat::sum(); }).python_message();
  };
  CHECK(contains(raised("lambda x: bad.value"), "'bad lines' cannot be read in a function"));
  CHECK(contains(raised("lambda x: __import__('pickle').dumps(bad)"), "cannot be pickled"));
  CHECK(contains(raised("lambda x: __import__('leat').accumulator('other')"), "no accumulator 'other'"));
  CHECK(contains(raised("lambda x: __import__('leat').accumulator('other')"), "['bad']"));
  CHECK(bad.value() == 0);
  CHECK((ints{4} | py.map<int>("lambda x: bad.add(x) or x").bind("bad", bad) | leat::sum()) == 4);
  CHECK(bad.value() == 4);
}

TEST_CASE("C++ adds from many threads") {
  const leat::accumulator<long> total;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([total] {
      for (int i = 0; i < 1000; ++i) total.add(i);
    });
  for (auto& t : threads) t.join();
  CHECK(total.value() == 4 * 499'500);
}

}  // namespace
}  // namespace python_function_accumulator
