// SPDX-License-Identifier: BSL-1.0
// Functions and code: 15, 16, 18, 21.
#include <leat/python/python.hpp>
#include <leat/sink/sum.hpp>
#include <leat/sink/to_vector.hpp>
#include <leat/stage/map.hpp>

#include "../python/support.hpp"

namespace behaviours_code {
namespace {

using namespace support;
using ints = std::vector<int>;
using strings = std::vector<std::string>;

TEST_CASE("behaviour 15: lambda, named function, class made once, function from a shipped file, generator function") {
  const folder temp;
  temp.write("shipped/leat_shipped_15.py",
             "def twice(x): return 2 * x\nclass deep:\n    @staticmethod\n    def thrice(x): return 3 * x\n");
  const std::string file = temp.write("own.py", R"(
import leat_helper_15                     # stands beside this file
class Model:
    made = 0
    def __init__(self): Model.made += 1
    def __call__(self, x): return 100 * Model.made + x
    def method(self, x): return x
def helped(x): return leat_helper_15.add(x)
def generate(n):
    for i in range(n):
        yield i
)");
  temp.write("leat_helper_15.py", "def add(x): return x + 1000\n");
  auto options = quiet(1);
  options.path = {temp / "shipped"};
  const leat::python py(options);
  const auto source = leat::source_file(file);
  CHECK((ints{1, 2} | py.map<int>("lambda x: x + 1") | leat::to_vector()) == ints{2, 3});
  CHECK((ints{1, 2} | py.map<double>("math:sqrt") | leat::map([](double x) { return static_cast<int>(10 * x); }) |
         leat::to_vector()) == ints{10, 14});
  CHECK((ints{1, 2} | py.map<int>("leat_shipped_15:twice") | py.map<int>("leat_shipped_15:deep.thrice") | leat::to_vector()) ==
        ints{6, 12});
  for (int i = 0; i < 3; ++i) CHECK((ints{1, 2} | py.map<int>("Model", source) | leat::to_vector()) == ints{101, 102});
  CHECK((ints{1, 2} | py.map<int>("helped", source) | leat::to_vector()) == ints{1001, 1002});
  CHECK((ints{1, 2} | py.flat_map<int>("generate", source) | leat::to_vector()) == ints{0, 0, 1});
  CHECK((ints{2} | py.map_batches<int>("lambda xs: (y for x in xs for y in range(x))") | leat::to_vector()) == ints{0, 1});
}

TEST_CASE("behaviour 15: source and messages outside ASCII") {
  const leat::python py(quiet(1));
  const auto source = leat::source_text("def größer(x):\n    if x > 2: raise ValueError('zu groß: ☃ 𝄞')\n    return 'ä' * x\n",
                                        "/tmp/größe.py");
  CHECK((ints{1, 2} | py.map<std::string>("größer", source) | leat::to_vector()) == strings{"ä", "ää"});
  const auto e = thrown<leat::python_error>([&] { ints{1, 3} | py.map<std::string>("größer", source) | leat::to_vector(); });
  CHECK(e.python_message() == "zu groß: ☃ 𝄞");
  CHECK(e.where().stage == "py.map(\"größer\")");
  CHECK(contains(e.traceback(), "File \"/tmp/größe.py\", line 2, in größer"));
  CHECK(contains(e.traceback(), "raise ValueError('zu groß: ☃ 𝄞')"));
  CHECK((ints{1} | py.map<std::string>("lambda _: 'ünï 💧'") | leat::to_vector()) == strings{"ünï 💧"});
}

TEST_CASE("behaviour 16: StopIteration in any position is an error with the record's index, and no record runs twice") {
  const leat::python py(quiet(1));
  const folder temp;
  const auto source = leat::source_text("FILE = '" + temp / "ran" + R"('
def note(x):
    with open(FILE, 'a') as f: f.write(f'{x}\n')
def stop(x):
    note(x)
    if x == 5: raise StopIteration('enough')
    return x
def stop_filter(x):
    return stop(x) is not None
def stop_flat(x):
    return [stop(x)]
def stop_generator(x):
    yield stop(x)
def stop_batch(xs):
    return [stop(x) for x in xs]
def stop_partition(it):
    for x in it: yield stop(x)
)");
  auto check = [&](const char* what, auto stage, bool record) {
    CAPTURE(what);
    std::filesystem::remove(temp / "ran");
    const auto e = thrown<leat::python_error>([&] { up_to(100) | stage | leat::to_vector(); });
    CHECK((e.type() == "StopIteration" || contains(e.what(), "StopIteration")));
    if (record) CHECK(e.where().record == 5);
    strings ran;
    std::istringstream lines(temp.read("ran"));
    for (std::string line; std::getline(lines, line);) ran.push_back(line);
    CHECK(std::count(ran.begin(), ran.end(), "5") == 1);
    CHECK(std::count(ran.begin(), ran.end(), "0") == 1);
  };
  check("map", py.map<int>("stop", source), true);
  check("filter", py.filter("stop_filter", source), true);
  check("flat_map", py.flat_map<int>("stop_flat", source), true);
  check("flat_map, generator", py.flat_map<int>("stop_generator", source), true);
  check("map_batches", py.map_batches<int>("stop_batch", source), false);
  check("map_partitions", py.map_partitions<int>("stop_partition", source), true);
  check("second of two", py.map("lambda x: x") | py.map<int>("stop", source), true);
  check("behind a flat_map", py.flat_map("lambda x: (x,)") | py.map<int>("stop", source), true);
  // Inlined: the text itself raises.
  for (const char* text :
       {"lambda x: next(iter(())) if x == 5 else x", "lambda x: next(i for i in () if i) if x == 5 else x"}) {
    const auto e = thrown<leat::python_error>([&] { up_to(100) | py.map<int>(text) | leat::to_vector(); });
    CHECK(e.type() == "StopIteration");
    CHECK(e.where().record == 5);
    CHECK(thrown<leat::python_error>([&] { up_to(100) | py.filter(text) | leat::to_vector(); }).where().record == 5);
  }
  CHECK((ints{1} | py.map<int>("lambda x: x") | leat::sum()) == 1);
}

TEST_CASE("behaviour 18: bad function text shows Python's own syntax error and the stage") {
  const leat::python py(quiet(1));
  struct row {
    const char *text, *error;
  };
  for (auto const& [text, error] :
       {row{"lambda x: x +", "SyntaxError"}, row{"lambda x: (x", "SyntaxError"}, row{"lambda x, x: 1", "SyntaxError"},
        row{"lambda x: return x", "SyntaxError"}, row{"lambda x: 1 1", "SyntaxError"}}) {
    CAPTURE(text);
    const auto e =
        thrown<leat::start_failed>([&] { ints{1} | py.map<int>("lambda x: x") | py.map<int>(text) | leat::to_vector(); });
    CHECK(contains(e.what(), error));
    CHECK(contains(e.what(), text));
    CHECK(e.where().stage == std::string("py.map(\"") + text + "\")");
  }
  const auto file = thrown<leat::start_failed>([&] {
    ints{1} | py.map<int>("f", leat::source_text("def f(x):\n    return x\ndef g(:\n", "/tmp/bad.py")) | leat::to_vector();
  });
  CHECK(contains(file.what(), "File \"/tmp/bad.py\", line 3"));
  CHECK(contains(file.what(), "SyntaxError"));
  struct missing {
    const char *text, *part;
  };
  for (auto const& [text, part] :
       {missing{"math:no_such", "module 'math' has no 'no_such'"}, missing{"builtins:__doc__", "is not a function"}}) {
    const auto e = thrown<leat::start_failed>([&] { ints{1} | py.map<int>(text) | leat::to_vector(); });
    CHECK(contains(e.what(), part));
    CHECK(contains(e.where().stage, text));
  }
  CHECK(contains(thrown<leat::start_failed>([&] {
                   ints{1} | py.map<int>("g", leat::source_text("def f(x): return x")) | leat::to_vector();
                 }).what(),
                 "'g'"));
  const auto init = thrown<leat::start_failed>([&] {
    ints{1} |
        py.map<int>("M",
                    leat::source_text(
                        "class M:\n def __init__(self, a): raise OSError(2, 'no model')\n def __call__(self, x): return x"))
            .bind("a", 1) |
        leat::to_vector();
  });
  CHECK(contains(init.what(), "no model"));
  CHECK(contains(thrown<leat::start_failed>([&] {
                   ints{1} |
                       py.map<int>("M",
                                   leat::source_text("class M:\n def __init__(self): pass\n def __call__(self, x): return x"))
                           .bind("wrong", 1) |
                       leat::to_vector();
                 }).what(),
                 "wrong"));
  CHECK((ints{1} | py.map<int>("lambda x: x") | leat::sum()) == 1);
  CHECK(eventually([&] { return py.worker_pids().size() == 1; }));
}

TEST_CASE("behaviour 21: an interpreter that is not there, no Python, too old, or that hangs is named, with what to do") {
  const folder temp;
  const std::string real = interpreter();
  auto refused = [&](const std::string& which, std::chrono::milliseconds timeout = std::chrono::seconds(30)) {
    auto options = quiet(1);
    options.interpreter = which;
    options.start_timeout = timeout;
    const auto begin = std::chrono::steady_clock::now();
    const std::string text =
        thrown<leat::start_failed>([&] { ints{1} | leat::python(options).map<int>("lambda x: x") | leat::to_vector(); }).what();
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
    return text;
  };
  for (const char* path : {"/no/such/python3", "no/such/python3"}) {
    const std::string text = refused(path);
    CHECK(contains(text, path));
    CHECK(contains(text, "No such file"));
    CHECK(contains(text, "LEAT_PYTHON"));
    CHECK(contains(text, "apt-get install python3"));
  }
  {
    const std::string text = refused("python3-that-is-nowhere");
    CHECK(contains(text, "looked for 'python3-that-is-nowhere' in PATH"));
    CHECK(contains(text, std::getenv("PATH")));
  }
  CHECK(contains(refused(temp.path()), "looked for " + temp.path() + "/bin/python3"));
  CHECK(contains(refused(temp.write("not-executable", "#!/bin/sh\n")), "Permission denied"));
  CHECK(contains(refused(temp.write("no-shebang", "echo hello\n", true)), "Exec format error"));
  CHECK(contains(refused(temp.write("bad-shebang", "#!/no/such/interpreter\n", true)), "No such file"));

  // Several times each: the same answer, whether the daemon's end is seen before or after a worker is asked for.
  for (int i = 0; i < 5; ++i) {
    CHECK(contains(refused("/bin/true"), "ended before it was ready (exit code 0)"));
    const std::string exits = refused(temp.write("exits", "#!/bin/sh\necho 'cannot find my soul' >&2\nexit 42\n", true));
    CHECK(contains(exits, "exit code 42"));
    CHECK(contains(exits, "cannot find my soul"));
    CHECK(contains(exits, temp / "exits"));
    CHECK(contains(refused(temp.write("dies", "#!/bin/sh\nkill -9 $$\n", true)), "SIGKILL"));
    // It says so in any Python: here the real one, with an older version's number.
    const std::string old = temp.write(
        "old",
        "#!/bin/sh\nshift\ncode=$1\nshift\nexec " + real +
            " -c \"import sys; sys.version_info = (3, 8, 18); sys.version = '3.8.18 (faked)'; exec(sys.argv[1])\" \"$code\"\n",
        true);
    const std::string text = refused(old);
    CHECK(contains(text, "is version 3.8.18"));
    CHECK(contains(text, "needs 3.9 or newer"));
    CHECK(contains(text, "LEAT_PYTHON"));
  }
  const std::string hangs =
      refused(temp.write("hangs", "#!/bin/sh\necho 'just a moment'\nexec sleep 1000\n", true), std::chrono::milliseconds(300));
  CHECK(contains(hangs, "was not ready within 300 ms"));
  CHECK(contains(hangs, "just a moment"));
  CHECK(contains(hangs, temp / "hangs"));
}

TEST_CASE("behaviour 21: a missing package is named with the interpreter and how to install it") {
  auto options = quiet(1);
  options.imports = {"math", "leat_no_such_package.part"};
  const leat::python with(options), without(quiet(1));
  const std::string texts[] = {
      thrown<leat::start_failed>([&] { ints{1} | with.map<int>("lambda x: x") | leat::to_vector(); }).what(),
      thrown<leat::start_failed>([&] { ints{1} | without.map<int>("leat_no_such_package.part:f") | leat::to_vector(); }).what(),
      thrown<leat::start_failed>([&] {
        ints{1} | without.map<int>("f", leat::source_text("import leat_no_such_package\n")) | leat::to_vector();
      }).what(),
  };
  for (auto const& text : texts) {
    CHECK(contains(text, "lacks the package 'leat_no_such_package'"));
    CHECK(contains(text, interpreter() + " -m pip install leat_no_such_package"));
  }
  // In a call it is the user's exception.
  const auto e = thrown<leat::python_error>(
      [&] { ints{1} | without.map<int>("lambda x: __import__('leat_no_such_package')") | leat::to_vector(); });
  CHECK(e.type() == "ModuleNotFoundError");
}

}  // namespace
}  // namespace behaviours_code
