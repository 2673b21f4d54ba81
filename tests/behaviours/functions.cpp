// SPDX-License-Identifier: BSL-1.0
// Functions and code: 15 (pickled functions, generators, classes), 19, 20, 41.
#include <leat/python/python.hpp>
#include <leat/run/context.hpp>
#include <leat/run/operation/repartition.hpp>
#include <leat/sink/count.hpp>
#include <leat/sink/sum.hpp>
#include <leat/sink/to_vector.hpp>
#include <leat/stage/map.hpp>

#include "../python/support.hpp"

namespace behaviours_functions {
namespace {

using namespace support;
using ints = std::vector<int>;
using strings = std::vector<std::string>;

/// Python options of a worker that may call cloudpickle.
leat::python_options with(std::vector<std::string> imports, std::size_t workers = 1) {
  auto options = quiet(workers);
  options.imports = std::move(imports);
  return options;
}

/// The bytes that `expression` evaluates to in a worker.
leat::bytes made_by_python(const char* expression) {
  const leat::python py(with({"cloudpickle", "pickle", "types"}));
  return (ints{0} | py.map<leat::bytes>(std::string("lambda _: ") + expression) | leat::to_vector()).at(0);
}

std::string worker_version() {
  const leat::python py(with({"sys"}));
  return (ints{0} | py.map<std::string>("lambda _: '%d.%d' % sys.version_info[:2]") | leat::to_vector()).at(0);
}

TEST_CASE("behaviour 15: a cloudpickled closure with captured values, in every kind of stage") {
  const auto closure = made_by_python("cloudpickle.dumps((lambda k: lambda x: x * k + len('ä'))(10))");
  const std::string version = worker_version();
  const leat::python py(quiet(2));
  CHECK((ints{1, 2} | py.map<int>(leat::pickled_function(closure, version)) | leat::to_vector()) == ints{11, 21});
  CHECK((ints{1, 2} | py.map<int>(leat::pickled_function(closure, version)) | leat::to_vector()) == ints{11, 21});
  CHECK((ints{0, 1} | py.filter(leat::pickled_function(made_by_python("cloudpickle.dumps(lambda x: x > 0)"), version)) |
         leat::to_vector()) == ints{1});
  CHECK((ints{2} | py.flat_map<int>(leat::pickled_function(made_by_python("cloudpickle.dumps(lambda x: range(x))"), version)) |
         py.map<int>(leat::pickled_function(closure, version)) | leat::to_vector()) == ints{1, 11});
  const auto keyword = made_by_python("cloudpickle.dumps(lambda x, by: x * by)");
  CHECK((ints{3} | py.map<int>(leat::pickled_function(keyword, version)).bind("by", 4) | leat::to_vector()) == ints{12});
  // One with 10 MB inside is sent once.
  const auto large = made_by_python("cloudpickle.dumps((lambda t: lambda x: len(t) + x)(bytes(10_000_000)))");
  auto stage = py.map<int>(leat::pickled_function(large, version));
  for (int i = 0; i < 3; ++i) CHECK((ints{1} | stage | leat::to_vector()) == ints{10'000'001});
  // A class made once per worker; a function of a module, which is no code.
  const auto model = made_by_python(
      "cloudpickle.dumps(types.new_class('Model', (), {}, lambda d: d.update(n=[], __init__=lambda self: self.n.append(1), "
      "__call__=lambda self, x: len(self.n))))");
  const leat::python one(quiet(1));
  for (int i = 0; i < 3; ++i)
    CHECK((ints{1} | one.map<int>(leat::pickled_function(model, version)) | leat::to_vector()) == ints{1});
  CHECK((strings{"a"} | py.map<std::string>(leat::pickled_function(made_by_python("pickle.dumps(str.upper)"))) |
         leat::to_vector()) == strings{"A"});
  const auto e = thrown<leat::python_error>([&] {
    ints{1} | py.map<int>(leat::pickled_function(made_by_python("cloudpickle.dumps(lambda x: x / 0)"), version)) |
        leat::to_vector();
  });
  CHECK(e.type() == "ZeroDivisionError");
  CHECK(e.where().stage == "py.map(\"a pickled function\")");
}

TEST_CASE("behaviour 41: pickled code for another Python version is refused, with both versions named") {
  const std::string ours = "Python " + worker_version();
  const auto closure = made_by_python("cloudpickle.dumps(lambda x: x)");
  const leat::python py(quiet(1));
  auto refused = [&](auto pickled, const char* version) {
    return std::string(thrown<leat::start_failed>([&] {
                         ints{1} | py.map<int>(leat::pickled_function(pickled, version)) | leat::to_vector();
                       }).what());
  };
  for (const char* version : {"3.8", "3.8.10", "2.7", "3.99"}) {
    const std::string text = refused(closure, version);
    CAPTURE(text);
    CHECK(contains(text, std::string("pickled by Python ") + version));
    CHECK(contains(text, "this worker is " + ours));
    CHECK(contains(text, "py.map(\"a pickled function\")"));
  }
  // By reference it holds no code and fits any version.
  CHECK((ints{-1} | py.map<int>(leat::pickled_function(made_by_python("pickle.dumps(abs)"), "3.8")) | leat::to_vector()) ==
        ints{1});
  // Where nobody says by whom code was pickled, that is asked for; what holds none is loaded, or Python's words are shown.
  const std::string asked = refused(closure, "");
  CAPTURE(asked);
  CHECK(contains(asked,
                 "holds code, which fits no other version of Python than the one that made it; say which one that was: "
                 "pickled_function(bytes, \"3.x\")"));
  const std::string text = refused(std::string("cbuiltins\nint\n(I1\nI2\nI3\ntR."), "");
  CAPTURE(text);
  CHECK(contains(text, "cannot be unpickled by this worker, " + ours));
  CHECK(contains(text, "whose version was not given"));
  const std::string garbage = refused(std::string("no pickle"), "3.11");
  CHECK(contains(garbage, "cannot be unpickled"));
  CHECK(contains(garbage, "Python 3.11"));
  CHECK(contains(refused(std::string("cleat_no_such_package\nf\n."), ""), "lacks the package 'leat_no_such_package'"));
  CHECK(contains(refused(made_by_python("pickle.dumps(3)"), ""), "is not a function but an object of type int"));
  CHECK(contains(thrown<leat::usage_error>([&] { (void)py.map<int>(leat::pickled_function(std::string())); }).what(),
                 "has no bytes"));
}

TEST_CASE("behaviour 15: generator functions flatten; as a map or a filter they are refused, async ones everywhere") {
  const leat::python py(quiet(1));
  const auto source = leat::source_text(R"(
import functools
def count(n, start=0):
    for i in range(start, n): yield i
later = functools.partial(count, start=1)
class Counter:
    def __call__(self, n): yield from range(n)
async def wait(x): return x
async def produce(x): yield x
class Waiter:
    async def __call__(self, x): return x
)");
  CHECK((ints{2, 3} | py.flat_map<int>("count", source) | leat::to_vector()) == ints{0, 1, 0, 1, 2});
  CHECK((ints{2, 3} | py.flat_map<int>("later", source) | leat::to_vector()) == ints{1, 1, 2});
  CHECK((ints{2} | py.flat_map<int>("Counter", source) | leat::to_vector()) == ints{0, 1});
  CHECK((ints{3} | py.map("count", source) | py.map<int>("lambda g: sum(g)") | leat::to_vector()) == ints{3});
  struct row {
    const char *name, *part;
  };
  for (auto const& [name, part] :
       {row{"count", "use flat_map"}, row{"later", "use flat_map"}, row{"Counter", "use flat_map"},
        row{"wait", "is an async function"}, row{"produce", "is an async function"}, row{"Waiter", "is an async function"}}) {
    CAPTURE(name);
    CHECK(contains(thrown<leat::start_failed>([&] { ints{1} | py.map<int>(name, source) | leat::to_vector(); }).what(), part));
    CHECK(contains(thrown<leat::start_failed>([&] { ints{1} | py.filter(name, source) | leat::to_vector(); }).what(), part));
  }
  for (const char* name : {"wait", "produce", "Waiter"})
    CHECK(contains(thrown<leat::start_failed>([&] { ints{1} | py.flat_map<int>(name, source) | leat::to_vector(); }).what(),
                   "is an async function"));
}

TEST_CASE("behaviour 15: a class is made once per worker and closed at its end; functions of one pass share a worker") {
  const folder temp;
  const auto source = leat::source_text("FILE = '" + temp / "said" + R"('
import os
def say(text):
    with open(FILE, 'a') as f: f.write(text + '\n')
class Model:
    def __init__(self, name): self.name = name; say(f'made {name}')
    def __call__(self, x): return os.getpid()
    def close(self): say(f'closed {self.name}')
)");
  {
    const leat::python py(quiet(1));
    auto both = py.map("Model", source).bind("name", "a") | py.map<int>("Model", source).bind("name", "b");
    for (int i = 0; i < 3; ++i) {
      const auto pid = (ints{1} | both | leat::to_vector()).at(0);
      CHECK(py.worker_pids() == std::vector<pid_t>{pid});
    }
    CHECK(temp.read("said") == "made a\nmade b\n");
  }
  const std::string said = temp.read("said");
  CHECK(contains(said, "closed a\n"));
  CHECK(contains(said, "closed b\n"));
  CHECK(said.size() == 32);
}

TEST_CASE("behaviour 19: a bound value of 10 MB and broadcasts of 30 MB, fetched once per worker, in datasets and ranges") {
  const leat::python py(with({"os"}, 2));
  const leat::context ctx({.slots = 2});
  const std::string bound(10'000'000, 'b'), one(30'000'000, 'o'), two(30'000'000, 't');
  const std::vector<double> numbers(4'000'000, 0.5);
  const auto first = py.broadcast(one), second = py.broadcast(two);
  const auto array = py.broadcast(std::span(numbers));
  const folder temp;
  // A value that is loaded a second time in a worker has another identity.
  auto stage = py.map<std::int64_t>(
                     "lambda x: (open(f'{folder}/{os.getpid()} {id(v)} {id(a)} {id(b)} {id(c)}', 'w').close(), "
                     "len(v) + len(a) + len(b) + int(c[::1000000].sum()) + x)[1]")
                   .bind("folder", temp.path())
                   .bind("v", bound)
                   .bind("a", first)
                   .bind("b", second)
                   .bind("c", array);
  for (int i = 0; i < 3; ++i) {
    CHECK((ints{1, 2} | stage | leat::to_vector()) == std::vector<std::int64_t>{70'000'003, 70'000'004});
    CHECK((ctx.range(0, 1000, 8) | stage | leat::sum()) == 1000 * 70'000'002L + 499'500);
  }
  std::vector<std::string> pids;
  for (auto const& entry : std::filesystem::directory_iterator(temp.path()))
    pids.push_back(entry.path().filename().string().substr(0, entry.path().filename().string().find(' ')));
  const auto files = pids.size();
  std::sort(pids.begin(), pids.end());
  pids.erase(std::unique(pids.begin(), pids.end()), pids.end());
  CHECK(pids.size() == files);
  CHECK(files <= 2);

  first.destroy();
  const auto over = thrown<leat::usage_error>([&] { (void)(ctx.range(0, 10, 2) | stage | leat::sum()); });
  CHECK(contains(over.what(), "this broadcast was destroyed"));
  CHECK_THROWS_AS((void)(ints{1} | stage | leat::sum()), leat::usage_error);
}

TEST_CASE("behaviour 20: an accumulator counts a retried task once, under reuse of workers, and cannot be read in a task") {
  const leat::python py(with({"os"}, 2));
  const leat::context ctx({.slots = 2, .log = [](const leat::log_record&) {}});
  const folder temp;
  const leat::accumulator<long> seen("seen"), native("native");
  // Each partition's first attempt dies after it has counted some batches.
  auto dying = py.map<std::int64_t>(
                     "lambda x: (seen.add(1), x % 1000 != 900 or os.path.exists(f'{folder}/{x}') or "
                     "(open(f'{folder}/{x}', 'w').close(), os._exit(3)), x)[-1]")
                   .bind("seen", seen)
                   .bind("folder", temp.path());
  auto counted = leat::map([native](std::int64_t x) {
    native.add(1);
    return x;
  });
  CHECK((ctx.range(0, 4000, 4) | counted | dying | leat::count()) == 4000);
  CHECK(temp.has("3900"));
  CHECK(seen.value() == 4000);
  CHECK(native.value() == 4000);
  // Again, behind a shuffle, and with an ordered sink; the workers are those of before.
  CHECK((ctx.range(0, 4000, 4) | dying | leat::repartition(3) | leat::count()) == 4000);
  CHECK(seen.value() == 8000);
  long looped = 0;
  for ([[maybe_unused]] const auto x : ctx.range(0, 1000, 4) | dying) ++looped;
  CHECK(looped == 1000);
  CHECK(seen.value() == 9000);

  // A job that moved its input away starts again when a reader dies: still once.
  const leat::accumulator<long> twice;
  auto counting = py.map<std::string>("lambda x: (twice.add(1), str(x))[1]").bind("twice", twice);
  auto dies_later = py.map<int>("lambda s: len(s) if s != '77' or os.path.exists(f) else (open(f, 'w').close(), os._exit(4))")
                        .bind("f", temp / "later");
  CHECK((ctx.range(0, 1000, 4) | counting | leat::repartition(2) | dies_later | leat::count()) == 1000);
  CHECK(temp.has("later"));
  CHECK(twice.value() == 1000);

  // What a failed job's tasks have counted is that of the tasks that succeeded.
  const leat::accumulator<long> some;
  auto fails = py.map<std::int64_t>("lambda x: (some.add(1), 1 // (x - 7))[1]").bind("some", some);
  CHECK_THROWS_AS((void)(ctx.range(0, 8, 1) | fails | leat::count()), leat::python_error);
  CHECK(some.value() == 0);

  const auto inside = thrown<leat::usage_error>(
      [&] { (void)(ctx.range(0, 10, 2) | leat::map([seen](std::int64_t x) { return x + seen.value(); }) | leat::sum()); });
  CHECK(contains(inside.what(), "the accumulator 'seen' cannot be read inside a task"));
  // A plain range inside a task counts with that task.
  const leat::accumulator<long> nested;
  auto inner = py.map<int>("lambda x: (nested.add(1), x)[1]").bind("nested", nested);
  CHECK((ctx.range(0, 6, 3) | leat::map([&](std::int64_t) { return ints{1, 2} | inner | leat::sum(); }) | leat::sum()) == 18);
  CHECK(nested.value() == 12);
}

TEST_CASE("leat.context() in a task: its partition and attempt") {
  const leat::python py(with({"os", "leat"}, 2));
  const leat::context ctx({.slots = 2, .log = [](const leat::log_record&) {}});
  const folder temp;
  auto where = py.map<std::string>(
                     "lambda x: '%d.%d' % (leat.context().partition, leat.context().attempt) if x != 2 or "
                     "os.path.exists(f) else (open(f, 'w').close(), os._exit(1))")
                   .bind("f", temp / "died");
  const auto all = ctx.range(0, 4, 4) | where | leat::to_vector();
  CHECK(all == strings{"0.0", "1.0", "2.1", "3.0"});
}

}  // namespace
}  // namespace behaviours_functions
