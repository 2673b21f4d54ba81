// SPDX-License-Identifier: BSL-1.0
// What functions may do without harm to results, to other jobs and to what is reported: a case a line.
#include <leat/python/python.hpp>
#include <leat/source/generate.hpp>
#include <leat/stage/take.hpp>

#include <functional>

#include "trip.hpp"

namespace behaviours_hostile_functions {
namespace {

using namespace support;
using ints = std::vector<int>;

const ints input = up_to(10);

/// What one function gives where it stands: its results, or its error.
std::string outcome(const leat::python<>& py, const std::string& where, const std::string& text) {
  const bool expression = text.rfind("lambda", 0) == 0;
  const auto source = leat::source_text(text, "hostile.py");
  const auto shown = [](const ints& values) {
    std::string all;
    for (const int v : values) all += (all.empty() ? "" : " ") + std::to_string(v);
    return all;
  };
  const auto run = [&](auto stage) { return shown(input | stage | leat::to_vector()); };
  try {
    if (where == "map") return run(expression ? py.map<int>(text) : py.map<int>("f", source));
    if (where == "stateful") return run(py.map<int>("f", source).stateful());
    if (where == "filter") return run(expression ? py.filter(text) : py.filter("f", source));
    if (where == "flat_map") return run(expression ? py.flat_map<int>(text) : py.flat_map<int>("f", source));
    if (where == "map_batches") return run(expression ? py.map_batches<int>(text) : py.map_batches<int>("f", source));
    if (where == "map_partitions") return run(py.map_partitions<int>("f", source));
    if (where == "generate") return shown(py.generate<int>("f", source) | leat::take(10) | leat::to_vector());
    REQUIRE(where == "call");
    const auto f = expression ? py.function<int(int)>(text) : py.function<int(int)>("f", source);
    ints values;
    for (const int x : input) values.push_back(f(x));
    return shown(values);
  } catch (const leat::python_error& e) {
    return std::string("python_error: ") + e.what();
  } catch (const leat::conversion_error& e) {
    return std::string("conversion_error: ") + e.what();
  } catch (const leat::start_failed& e) {
    return std::string("start_failed: ") + e.what();
  } catch (const leat::worker_killed& e) {
    return std::string("worker_killed: ") + e.what();
  } catch (const leat::worker_exited& e) {
    return std::string("worker_exited: ") + e.what();
  } catch (const leat::error& e) {
    return std::string("error: ") + e.what();
  }
}

struct hostile {
  const char* where;
  const char* text;
  const char* expected;  // the results, or the kind of error, a colon and parts of its text between " ... "
};
constexpr const char* all = "0 1 2 3 4 5 6 7 8 9";

void check(const leat::python<>& py, const hostile& c) {
  CAPTURE(c.where);
  CAPTURE(c.text);
  const std::string got = outcome(py, c.where, c.text), expected = c.expected;
  CAPTURE(got);
  if (expected.find(':') == expected.npos) {
    CHECK(got == expected);
  } else {
    std::size_t at = 0, begin = 0;
    for (std::size_t end = 0; end != expected.npos; begin = end + 5) {
      end = expected.find(" ... ", begin);
      const std::string part = expected.substr(begin, end == expected.npos ? end : end - begin);
      at = got.find(part, at);
      CAPTURE(part);
      CHECK(at != got.npos);
      if (at == got.npos || end == expected.npos) break;
    }
  }
  CHECK((input | py.map<int>("lambda x: x + 1") | leat::to_vector()) == ints{1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
}

leat::python_options with_modules(std::size_t workers = 1) {
  auto options = quiet(workers);
  options.imports = {"os", "sys", "re"};
  return options;
}

const hostile forks[] = {
    {"map", "lambda x: (os.fork() if x == 7 else 0) and x or x", all},
    {"map", "import os\ndef f(x):\n  if x == 7: os.fork()\n  return x", all},
    {"map", "import os\ndef f(x):\n  if x == 7 and not os.fork(): raise ValueError(x)\n  return x", all},
    {"map", "import os, sys\ndef f(x):\n  if x == 7 and not os.fork(): sys.exit(3)\n  return x", all},
    {"map", "import os, time\ndef f(x):\n  if x == 7 and not os.fork(): time.sleep(1000)\n  return x", all},
    {"map", "import ctypes\ndef f(x):\n  if x == 7: ctypes.CDLL(None).fork()\n  return x", all},
    {"map",
     "import os, threading\ndef f(x):\n  t = threading.Thread(target=os.fork)\n  if x == 7: t.start(), t.join()\n  return x",
     all},
    {"map",
     "import os\nclass f:\n  def __init__(self): os.fork()\n  def __call__(self, x): return x\n  def close(self): os.fork()",
     all},
    {"stateful",
     "import os\nclass f:\n  def __init__(self): os.fork()\n  def __call__(self, x): return x\n  def close(self): os.fork()",
     all},
    {"map", "import os\nos.fork()\ndef f(x): return x", all},
    {"map",
     "import os\nclass E(Exception):\n  def __str__(self): return os.fork() and 'in both' or 'in both'\ndef f(x): raise E",
     "python_error: ... hostile.E: in both"},
    {"map", "import os\nclass R:\n  def __repr__(self): return os.fork() and 'in both' or 'in both'\ndef f(x): return R()",
     "conversion_error: ... expected int, got hostile.R in both"},
    {"map",
     "import multiprocessing\ndef g(x): return x\ndef f(x):\n  if x != 7: return x\n"
     "  with multiprocessing.get_context('fork').Pool(2) as p: return p.map(g, [x])[0]",
     all},
    {"map", "import subprocess\ndef f(x): return x + (x == 7 and subprocess.run(['true'], preexec_fn=int).returncode)", all},
    {"filter", "lambda x: (x == 3 and os.fork()) is not None", all},
    {"filter", "import os\ndef f(x):\n  if x == 3: os.fork()\n  return True", all},
    {"flat_map", "lambda x: ((x == 3 and os.fork()), x)[1:]", all},
    {"flat_map", "import os\ndef f(x):\n  if x == 3: os.fork()\n  yield x", all},
    {"map_batches", "import os\ndef f(xs): return os.fork() and xs or xs", all},
    {"map_batches", "import os\ndef f(xs):\n  for x in xs:\n    if x == 3: os.fork()\n    yield x", all},
    {"map_partitions", "import os\ndef f(xs):\n  for x in xs:\n    if x == 3: os.fork()\n    yield x", all},
    {"map_partitions", "import ctypes\ndef f(xs):\n  ctypes.CDLL(None).fork()\n  return list(xs)", all},
    {"generate", "import os\ndef f():\n  for x in range(99):\n    if x == 3: os.fork()\n    yield x", all},
    {"call", "import os\ndef f(x):\n  if x == 3: os.fork()\n  return x", all},
    {"call", "import ctypes\ndef f(x):\n  if x == 3: ctypes.CDLL(None).fork()\n  return x", all},
};

TEST_CASE("a child that a function forks and that comes back ends there, and its parent's results and next jobs are right") {
  const leat::python py(with_modules());
  for (auto const& c : forks) check(py, c);
}

TEST_CASE("a worker that has forked serves no other job; its twin runs nothing of the others, no close and no exit") {
  const folder temp;
  auto options = with_modules();
  options.init = {"begin", leat::source_text("import os\ndef begin(): os.fork()\n")};
  options.exit = {"end", leat::source_text("import os\ndef end(): open('" + temp / "ends" + "', 'a').write('x')\n")};
  const auto source = leat::source_text("import atexit, os\npath = '" + temp.path() + "/'\ndef note(what):\n" +
                                        "  fd = os.open(path + what, os.O_CREAT | os.O_APPEND | os.O_WRONLY)\n" +
                                        "  os.write(fd, b'x')\n  os.close(fd)\nclass forks:\n  def __init__(self, one):\n" +
                                        "    self.one = one\n    atexit.register(note, 'atexit')\n" +
                                        "  def __call__(self, x):\n    if x == self.one: os.fork()\n    return x\n" +
                                        "  def close(self): note('close')\ndef seen(x):\n  note('seen')\n  return x\n");
  {
    const leat::python py(options);
    const auto pid = [&] { return (ints{0} | py.map<int>("lambda _: os.getpid()") | leat::to_vector()).at(0); };
    const int before = pid();
    CHECK(pid() != before);  // its init has forked
    CHECK((input | py.map<int>("forks", source).bind("one", 5) | py.map<int>("seen", source) | leat::to_vector()) == input);
    CHECK((input | py.map<int>("seen", source) | leat::to_vector()) == input);
  }
  CHECK(eventually([&] { return temp.read("close") == "x" && temp.read("atexit") == "x" && temp.read("ends") == "xxxx"; }));
  CHECK(temp.read("seen") == std::string(20, 'x'));
}

TEST_CASE("a worker whose first fork is in a function serves no other job") {
  const leat::python py(with_modules());
  const auto pid = [&] { return (ints{0} | py.map<int>("lambda _: os.getpid()") | leat::to_vector()).at(0); };
  const auto source = leat::source_text("import os\ndef f(x):\n  if x == 3: os.fork()\n  return x\n");
  const int before = pid();
  CHECK(pid() == before);
  CHECK((input | py.map<int>("f", source) | leat::to_vector()) == input);
  CHECK(pid() != before);
}

const hostile stops[] = {
    {"filter", "async def g(x): pass\ndef f(x): return g(x)",
     "python_error: ... record 0: TypeError: the function of py.filter(\"f\") returned an object of type coroutine ... cannot "
     "await"},
    {"filter", "async def g(x): yield x\ndef f(x): return g(x)",
     "python_error: ... of type async_generator, which is always true"},
    {"filter", "lambda x: (y for y in [x])", "python_error: ... of type generator, which is always true: return a bool"},
    {"filter", "lambda x: x > 5 and map(str, [x])", "python_error: ... record 6: ... of type map, which is always true"},
    {"filter", "lambda x: x.bit_length", "python_error: ... of type builtin_function_or_method, which is always true: call it"},
    {"filter", "class A:\n  def __await__(self): pass\ndef f(x): return A()",
     "python_error: ... of type hostile.A, which is always"},
    {"filter", "lambda x: re.match('[3-5]', str(x))", "3 4 5"},
    {"filter", "lambda x: [] if x % 2 else [x]", "0 2 4 6 8"},
    {"filter", "lambda x: None if x % 3 else 'yes'", "0 3 6 9"},
    {"filter", "def f(x): return x % 2", "1 3 5 7 9"},
    {"filter", "class B:\n  def __bool__(self): raise ValueError('bool')\ndef f(x): return B()",
     "python_error: ... ValueError: bool"},
    {"filter", "class B:\n  def __len__(self): return -1\ndef f(x): return B()",
     "python_error: ... ValueError: __len__() should"},
    {"map", "async def g(x): pass\ndef f(x): return g(x)", "conversion_error: ... expected int, got coroutine"},
    {"map", "lambda x: (y for y in [x])", "conversion_error: ... expected int, got generator"},
    {"map", "async def f(x): return x", "start_failed: ... 'f' is an async function"},
    {"map", "class f:\n  async def __call__(self, x): return x", "start_failed: ... 'f' is an async function"},
    {"map_partitions", "async def f(xs): yield 1", "start_failed: ... 'f' is an async function"},
    {"generate", "async def f(): yield 1", "start_failed: ... 'f' is an async function"},
    {"call", "async def f(x): return 1", "start_failed: ... 'f' is an async function"},
    {"flat_map", "async def g(x): pass\ndef f(x): return g(x)",
     "python_error: ... 'coroutine' object is not iterable; a stage calls"},
    {"map_batches", "async def g(x): pass\ndef f(x): return g(x)",
     "python_error: ... not iterable; a stage calls its function"},
    {"map", "def f(x): return x if x < 3 else next(iter([]))",
     "python_error: ... record 3: StopIteration: ... may not end the stream ... Traceback ... \"hostile.py\", line 1, in f"},
    {"map", "def g(x): return x if x < 3 else next(iter([]))\ndef f(x): return g(x)",
     "python_error: ... record 3: StopIteration: ... Traceback ... \"hostile.py\", line 1, in g"},
    {"call", "def f(x): return x if x < 3 else next(iter([]))", "python_error: ... StopIteration: ... Traceback ... in f"},
    {"map", "def f(x):\n  e = None\n  for i in range(30):\n    n = ValueError(i)\n    n.__cause__, e = e, n\n  raise e",
     "python_error: ... ValueError: 29\n  caused by ValueError: 28 ... caused by ...: 9 more causes are left out"},
    {"map", "def f(x): raise ValueError('y' * 100_000)", "python_error: ... yyy... (34464 more characters)"},
    {"map", "1 / 0", "start_failed: leat: py.map(\"f\"): ZeroDivisionError: division by zero\nTraceback"},
    {"map", "def f(x) return x", "start_failed: leat: py.map(\"f\"): SyntaxError: ... hostile.py, line 1"},
    {"map", "import sys\ndef f(x):\n  if x == 3: sys.exit(4)\n  return x",
     "worker_exited: ... exited with code 4 ... ended by sys.exit(4): File \"hostile.py\", line 3, in f"},
    {"map", "def f(x): exit()",
     "worker_exited: ... exited with code 0 ... ended by sys.exit(): File \"hostile.py\", line 1, in f"},
    {"map", "lambda x: os.kill(os.getpid(), 14)", "worker_killed: ... killed by SIGALRM (signal 14)"},
    {"map", "lambda x: os.kill(os.getpid(), 12)", "worker_killed: ... killed by SIGUSR2 (signal 12)"},
    {"map", "lambda x: os.kill(os.getpid(), 40)", "worker_killed: ... killed by SIGRTMIN+6 (signal 40)"},
};

TEST_CASE("what a function returns or raises in the place of a result is refused or reported by name") {
  const leat::python py(with_modules());
  for (auto const& c : stops) check(py, c);
}

const hostile vandals[] = {
    {"map", "import os\ndef f(x): os.closerange(3, 4096)",
     "worker_exited: ... closed or replaced its connection to this program"},
    {"map", "import os\ndef f(x): os.closerange(0, 4096)",
     "worker_exited: ... closed or replaced its connection to this program"},
    {"map", "import os\ndef f(x): return [os.dup2(0, fd) for fd in range(3, 40)]",
     "worker_exited: ... closed or replaced its connection"},
    {"map", "import sys\ndef f(x):\n  sys.stdout = sys.stderr = sys.stdin = None\n  return x", all},
    {"map", "import sys\ndef f(x):\n  sys.stdout.close(), sys.stderr.close()\n  return x", all},
    {"map",
     "import sys\nclass W:\n  def write(self, t): 1 / 0\n  def flush(self): 1 / 0\ndef f(x):\n  sys.stdout = sys.stderr = "
     "W()\n  return x",
     all},
    {"map", "import sys\nclass W:\n  def flush(self): 1 / 0\ndef f(x):\n  sys.stdout = sys.stderr = W()\n  sys.exit(3)",
     "worker_exited: ... code 3"},
    {"map", "import sys\ndef f(x):\n  sys.modules.clear()\n  return x", all},
    {"map", "import sys\ndef f(x):\n  sys.modules.clear()\n  raise ValueError(x)",
     "python_error: ... ValueError: 0\nTraceback ... in f"},
    {"map",
     "import builtins\ndef f(x):\n  builtins.len = builtins.list = builtins.isinstance = builtins.getattr = None\n  return x",
     all},
    {"map", "import builtins\ndef f(x):\n  builtins.__import__ = None\n  raise ValueError(x)",
     "python_error: ... ValueError: 0\nTraceback ... in f"},
    {"map", "import sys\ndef f(x):\n  sys.meta_path.clear()\n  raise ValueError(x)",
     "python_error: ... ValueError: 0\nTraceback ... in f"},
    {"call", "import sys\ndef f(x):\n  sys.meta_path = sys.path = None\n  raise ValueError(x)",
     "python_error: ... ValueError: 0\nTraceback ... in f"},
    {"map", "import os, tempfile\ndef f(x):\n  d = tempfile.mkdtemp()\n  os.chdir(d), os.rmdir(d)\n  raise ValueError(x)",
     "python_error: ... ValueError: 0\nTraceback"},
    {"map",
     "import signal, time\ndef h(*_): raise OSError('late')\ndef f(x):\n  signal.signal(14, h), signal.setitimer(0, 0.01)\n"
     "  time.sleep(x)\n  return x",
     "python_error: ... OSError: late\nTraceback"},
    {"map", "import sys\ndef g(n): return n and g(n - 1)\ndef f(x):\n  sys.setrecursionlimit(10**6)\n  return g(2000) + x",
     all},
    {"map", "def f(x): return f(x)", "python_error: ... RecursionError: maximum recursion depth exceeded"},
    {"map",
     "import pickle, _pickle, struct, select\ndef f(x):\n  _pickle.dumps = _pickle.loads = pickle.dumps = struct.pack = None\n"
     "  select.poll = None\n  return x",
     all},
    {"map", "import gc\ndef f(x):\n  gc.disable(), gc.set_threshold(0)\n  return x", all},
    {"map",
     "import sys, threading\ndef f(x):\n  t = threading.Thread(target=sys.exit, args=(3,))\n  t.start(), t.join()\n  return x",
     all},
    {"map", "import threading\ndef f(x):\n  threading.Thread(target=threading.Event().wait).start()\n  return x", all},
    {"map", "class D:\n  def __del__(self): 1 / 0\ndef f(x):\n  D()\n  return x", all},
    {"map", "class R:\n  def __reduce__(self): 1 / 0\n  def __repr__(self): 1 / 0\ndef f(x): return R()",
     "conversion_error: ... got hostile.R <unprintable hostile.R object>"},
    {"map", "class I(int):\n  def __eq__(self, o): 1 / 0\n  __hash__ = __index__ = __int__ = __eq__\ndef f(x): return I(x)",
     all},
    {"map", "class E(BaseException): pass\ndef f(x): raise E('base')", "python_error: ... hostile.E: base"},
    {"map", "def f(x): raise KeyboardInterrupt", "python_error: ... KeyboardInterrupt"},
    {"map", "def f(x): raise GeneratorExit", "python_error: ... GeneratorExit"},
    {"map", "class E(Exception):\n  def __str__(self): raise SystemExit(5)\ndef f(x): raise E",
     "python_error: ... <unprintable hostile.E object>"},
    {"map",
     "class E(Exception):\n  __cause__ = __context__ = __traceback__ = __class__ = property(lambda s: 1 / 0)\ndef f(x): raise "
     "E",
     "python_error: ... E"},
    {"map", "import sys\ndef f(x):\n  sys.settrace(lambda *_: 1 / 0)\n  return x", "python_error: ... ZeroDivisionError"},
    {"map", "import sys\ndef f(x):\n  sys.setprofile(lambda *_: 1 / 0)\n  return x", "python_error: ... ZeroDivisionError"},
    {"map", "import os\ndef f(x): os.abort()", "worker_killed: ... SIGABRT (signal 6)"},
    {"map", "import os\ndef f(x): os.killpg(0, 15)", "worker_killed: ... SIGTERM (signal 15)"},
    {"call", "import sys\ndef f(x):\n  sys.modules.clear()\n  return x", all},
    {"flat_map", "def f(x):\n  yield x\n  raise GeneratorExit", "python_error: ... GeneratorExit"},
    {"stateful", "class f:\n  def __call__(self, x): return x\n  def close(self): raise KeyboardInterrupt", all},
    {"stateful", "class f:\n  def __call__(self, x): return x\n  async def close(self): pass", all},
};

TEST_CASE("whatever functions do to their process, results are right or the error names it, and the next job works") {
  const leat::python py(with_modules());
  for (auto const& c : vandals) {
    check(py, c);
    (void)outcome(py, "map", "lambda x: os._exit(1)");  // the next one gets a worker of its own
  }
}

TEST_CASE("modules of the user's with names of the library spoil no report") {
  const folder temp;
  for (const char* name :
       {"types", "token",     "traceback", "linecache", "enum",   "pickle",   "struct",     "random",      "numbers", "io",
        "json",  "functools", "datetime",  "mmap",      "select", "binascii", "contextlib", "collections", "re",      "array"})
    temp.write(std::string(name) + ".py", "value = 'mine'\n");
  for (const auto start : {leat::start_method::fork, leat::start_method::spawn}) {
    auto options = quiet(1);
    options.path = {temp.path()};
    options.start = start;
    const leat::python py(options);
    const hostile cases[] = {
        {"map", "def f(x): return 1 // (x - 3)",
         "python_error: ... record 3: ZeroDivisionError: ... Traceback ... 1 // (x - 3)"},
        {"map", "import types, token, traceback, linecache, random, datetime, functools, enum\ndef f(x): return 1 // (x - 3)",
         "python_error: ... record 3: ZeroDivisionError: ... Traceback ... 1 // (x - 3)"},
        {"map", "class F(float): pass\ndef f(x): return F(x)", "conversion_error: ... expected int, got float"},
        {"map", "import types, json\ndef f(x): return x + (types.value != 'mine') + (json.value != 'mine')", all}};
    for (auto const& c : cases) check(py, c);
  }
}

TEST_CASE("a module that lies in the working folder is named, with what to do") {
  const folder temp;
  for (const char* name : {"leat_model.py", "leat_pkg/part.py", "calendar.py", "test/leat_part.py", "os.py"})
    temp.write(name, "def f(x): return x\n");
  auto options = quiet(1);
  options.working_folder = temp.path();
  const leat::python py(options);
  const auto refused = [&](const char* text) {
    return std::string(thrown<leat::start_failed>([&] { input | py.map<int>(text) | leat::to_vector(); }).what());
  };
  const std::string put = "put '" + temp.path() + "' into python_options.path";
  CHECK(contains(refused("leat_model:f"),
                 temp / "leat_model.py is there, but the worker does not look in its working folder: " + put));
  CHECK(contains(refused("leat_pkg.part:f"), temp / "leat_pkg/part.py is there"));
  CHECK(contains(refused("calendar:f"), "Python finds another 'calendar' first"));
  CHECK(contains(refused("test.leat_part:f"), temp / "test/leat_part.py is there"));
  CHECK(contains(refused("os:f"), "rename it"));
  CHECK(contains(refused("leat_nowhere:f"), "-m pip install leat_nowhere"));
  options.path = {temp.path()};
  const leat::python found(options);
  for (const char* text : {"leat_model:f", "leat_pkg.part:f", "calendar:f"})
    CHECK((input | found.map<int>(text) | leat::to_vector()) == input);
  options.path = {};
  options.preload = {"leat_model"};
  const leat::python preloads(options);
  CHECK(
      contains(thrown<leat::start_failed>([&] { input | preloads.map<int>("lambda x: x") | leat::to_vector(); }).what(), put));
}

TEST_CASE("preloaded modules that fork, start processes or end the interpreter") {
  const folder temp;
  const std::string fork = "multiprocessing.get_context('fork')";
  temp.write("leat_shared.py", "import multiprocessing\nmanager = " + fork + ".Manager()\nshared = manager.dict()\n");
  temp.write("leat_lock.py", "import multiprocessing\nlock = multiprocessing.Lock()\n");
  temp.write("leat_twin.py", "import os\nos.fork()\n");
  temp.write("leat_child.py", "import os, time\nif not os.fork(): time.sleep(1000)\n");
  temp.write("leat_segv.py", "import os\nos.kill(os.getpid(), 11)\n");
  temp.write("leat_gone.py", "import os\nprint('last words', flush=True)\nos._exit(3)\n");
  temp.write("leat_exit.py", "import sys\nsys.exit('not today')\n");
  const auto preloading = [&](const char* name, leat::start_method start) {
    auto options = quiet(1);
    options.path = {temp.path()};
    options.preload = {name};
    options.start = start;
    return leat::python(options);
  };
  {
    const auto py = preloading("leat_shared", leat::start_method::fork);
    const auto counts =
        leat::source_text("import leat_shared\ndef f(x):\n  leat_shared.shared[x] = 1\n  return len(leat_shared.shared)\n");
    CHECK((input | py.map<int>("f", counts) | leat::to_vector()).back() == 10);
    (void)outcome(py, "map", "import os\ndef f(x): os._exit(1)");
    CHECK((ints{10} | py.map<int>("f", counts) | leat::to_vector()) == ints{11});  // it has outlived that worker
  }
  for (const auto start : {leat::start_method::fork, leat::start_method::spawn}) {
    for (const char* name : {"leat_lock", "leat_twin", "leat_child"})
      CHECK((input | preloading(name, start).map<int>("lambda x: x") | leat::to_vector()) == input);
    const auto refused = [&](const char* name) {
      const auto py = preloading(name, start);
      return std::string(thrown<leat::start_failed>([&] { input | py.map<int>("lambda x: x") | leat::to_vector(); }).what());
    };
    CHECK(contains(refused("leat_segv"), "python_options.preload: importing 'leat_segv' ended the "));
    CHECK(contains(refused("leat_segv"), "(SIGSEGV (signal 11))"));
    CHECK(contains(refused("leat_gone"), "'leat_gone' ended the "));
    CHECK(contains(refused("leat_gone"), "(exit code 3)"));
    CHECK(contains(refused("leat_exit"), "importing 'leat_exit' failed: SystemExit: not today"));
  }
}

TEST_CASE("in a working folder that was removed, relative paths are refused and all else works") {
  const auto here = std::filesystem::current_path();
  struct back {
    std::filesystem::path to;
    ~back() { std::filesystem::current_path(to); }
  } at_end{here};
  const std::string python = interpreter();
  {
    const folder temp;
    std::filesystem::current_path(temp.path());
  }
  const auto refused = [&](const std::function<void(leat::python_options&)>& set) {
    auto options = quiet(1);
    options.interpreter = python;
    set(options);
    return std::string(thrown<leat::input_error>([&] { (void)leat::python(options); }).what());
  };
  CHECK(contains(refused([](auto& o) { o.files = {"etc/hostname"}; }),
                 "python_options.files: 'etc/hostname' is relative to the working"));
  CHECK(contains(refused([](auto& o) { o.path = {"etc"}; }), "python_options.path: 'etc' is relative"));
  CHECK(contains(refused([](auto& o) { o.archives = {"etc/a.zip"}; }), "python_options.archives: 'etc/a.zip' is relative"));
  CHECK(contains(refused([](auto& o) { o.working_folder = "etc"; }), "python_options.working_folder: 'etc' is relative"));
  CHECK(contains(refused([](auto& o) { o.interpreter = "./usr/bin/python3"; }), "'./usr/bin/python3' is relative"));
  CHECK(contains(thrown<leat::input_error>([] { (void)leat::source_file("etc/hostname"); }).what(),
                 "'etc/hostname' is relative"));
  auto options = quiet(1);
  options.interpreter = python;
  options.files = {leat::inline_file("leat_inline.py", "def f(x): return x")};
  CHECK((input | leat::python(options).map<int>("leat_inline:f") | leat::to_vector()) == input);
}

TEST_CASE("Python's development mode finds nothing left open in a worker") {
  for (const auto start : {leat::start_method::fork, leat::start_method::spawn}) {
    log_lines log;
    auto options = with_modules();
    options.variables = {{"PYTHONDEVMODE", "1"}};
    options.start = start;
    options.log = log.callback();
    {
      const leat::python py(options);
      CHECK((input | py.map<int>("lambda x: print('here') or x") | leat::to_vector()) == input);
    }
    CHECK(log.count("here") == 10);
    CHECK(log.all().size() == 10);
  }
}

TEST_CASE("a function of batches is never given an empty one, whatever stands before it in its pass") {
  const leat::python py(quiet(1));
  const auto most = "def f(xs): return [max(xs)] * len(xs)";
  const auto batches = [&] { return py.map_batches<int>("f", leat::source_text(most)); };
  CHECK((up_to(1000) | py.filter("lambda x: x == 999") | batches() | leat::to_vector()) == ints{999});
  CHECK((up_to(1000) | py.filter("lambda x: x > 999") | batches() | leat::to_vector()).empty());
  CHECK((up_to(1000) | py.flat_map<int>("lambda x: [x] * (x == 999)") | batches() | leat::to_vector()) == ints{999});
  CHECK((up_to(100) | py.flat_map<int>("lambda x: [x] * 16384") | batches() | leat::to_vector()).size() == 1'638'400);
  CHECK((up_to(1000) | py.map_batches<int>("lambda xs: [x for x in xs if x == 999]") | batches() | leat::to_vector()) ==
        ints{999});
  CHECK((up_to(1000) | py.map_partitions<int>("lambda xs: (x for x in xs if x == 999)") | batches() | leat::to_vector()) ==
        ints{999});
}

}  // namespace
}  // namespace behaviours_hostile_functions
