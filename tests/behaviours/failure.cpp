// SPDX-License-Identifier: BSL-1.0
// Failure: 28, 29, 30, 32, over plain ranges and datasets.
#include <leat/leat.hpp>

#include <cstdio>

#include "../python/support.hpp"

namespace behaviours_failure {
namespace {

using namespace support;
using ints = std::vector<int>;
using strings = std::vector<std::string>;

const auto deaths = leat::source_text(R"(
import ctypes, os, signal, sys
def say():
    sys.stderr.write('last words\n')
def killed(x):
    say()
    os.kill(os.getpid(), signal.SIGKILL)
def segfault(x):
    say()
    signal.signal(signal.SIGSEGV, signal.SIG_DFL)
    ctypes.string_at(0)
def leaves(x):
    say()
    os._exit(3)
def exits(x):
    say()
    sys.exit(4)
def exits_quietly(x):
    say()
    sys.exit()
def exits_with_text(x):
    sys.exit('last words')
def aborts(x):
    say()
    os.abort()
def closes(x):
    say()
    os.closerange(3, 256)
    return x
def once(x, kind, path):
    try: os.close(os.open(path, os.O_CREAT | os.O_EXCL))
    except FileExistsError: return x
    return globals()[kind](x)
)",
                                      "deaths.py");

struct death {
  const char* name;
  int signal, code;  // one of them
  const char* cause;
};
const death kinds[] = {{"killed", SIGKILL, -1, "SIGKILL (signal 9)"}, {"segfault", SIGSEGV, -1, "SIGSEGV (signal 11)"},
                       {"leaves", 0, 3, "exited with code 3"},        {"exits", 0, 4, "exited with code 4"},
                       {"exits_quietly", 0, 0, "exited with code 0"}, {"exits_with_text", 0, 1, "exited with code 1"},
                       {"aborts", SIGABRT, -1, "SIGABRT (signal 6)"}};

void check_death(const leat::worker_died& e, const death& d, const std::string& stage) {
  CHECK(contains(e.what(), d.cause));
  CHECK(contains(e.stderr_tail(), "last words"));
  CHECK(contains(e.what(), "last words"));
  CHECK(e.where().stage == stage);
  CHECK(e.where().record.has_value());
  if (d.signal != 0) {
    const auto* killed = dynamic_cast<const leat::worker_killed*>(&e);
    REQUIRE(killed != nullptr);
    CHECK(killed->signal() == d.signal);
  } else {
    const auto* exited = dynamic_cast<const leat::worker_exited*>(&e);
    REQUIRE(exited != nullptr);
    CHECK(exited->code() == d.code);
  }
}

/// As thrown<>, but keeps the dynamic type.
template <class F>
void with_death(F f, const death& d, const std::string& stage) {
  bool came = false;
  try {
    f();
  } catch (const leat::worker_died& e) {
    came = true;
    check_death(e, d, stage);
  }
  CHECK(came);
}

TEST_CASE("behaviour 28: a worker that ends by any signal or exit is named with its last words, and the next job works") {
  const leat::python py(quiet(2));
  const leat::context ctx({.slots = 2});
  for (auto const& d : kinds) {
    CAPTURE(d.name);
    const std::string stage = std::string("py.map(\"") + d.name + "\")";
    with_death([&] { up_to(100) | py.map<int>(d.name, deaths) | leat::to_vector(); }, d, stage);
    with_death(
        [&] {
          try {
            (ctx.parallelize(up_to(100), 3) | leat::filter([](int x) { return x > 40; }) | py.map<int>(d.name, deaths))
                .collect();
          } catch (const leat::error& e) {
            CHECK(e.where().partition.has_value());
            CHECK(*e.where().partition >= 1);  // the first has no records left
            throw;
          }
        },
        d, stage);
    CHECK((up_to(100) | py.map<int>("lambda x: x") | leat::sum()) == 4950);
    CHECK((ctx.parallelize(up_to(100), 3) | py.map<int>("lambda x: x") | leat::sum()) == 4950);
  }
  const auto closes = thrown<leat::worker_died>([&] { up_to(100) | py.map<int>("closes", deaths) | leat::to_vector(); });
  CHECK(contains(closes.stderr_tail(), "last words"));
  CHECK((up_to(100) | py.map<int>("lambda x: x") | leat::sum()) == 4950);
}

TEST_CASE("behaviour 28: a death that does not come again is mended, and each result is there once") {
  const leat::python py(quiet(2));
  const leat::context ctx({.slots = 2});
  const auto input = up_to(5000);
  for (auto const& d : kinds) {
    CAPTURE(d.name);
    const folder temp;
    auto stage = [&](const char* file) {
      return py.map<int>("once", deaths).bind("kind", std::string(d.name)).bind("path", temp / file);
    };
    CHECK((input | stage("a") | leat::to_vector()) == input);
    CHECK((ctx.parallelize(input, 4) | stage("b")).collect() == input);
    CHECK((ctx.parallelize(input, 4) | stage("c") | leat::sum()) == 12'497'500);
  }
}

TEST_CASE("behaviour 28: the kernel's out-of-memory killer") {
  const char* const name = "behaviour 28: the kernel's out-of-memory killer";
  namespace fs = std::filesystem;
  const bool first = fs::exists("/sys/fs/cgroup/memory/tasks"), second = fs::exists("/sys/fs/cgroup/cgroup.controllers");
  const fs::path group =
      fs::path(first ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup") / ("leat-test-" + std::to_string(::getpid()));
  std::error_code failed;
  if ((!first && !second) || !fs::create_directory(group, failed) || failed) {
    std::printf("[skipped] %s: no memory cgroup can be made here\n", name);
    return;
  }
  struct remover {
    fs::path group;
    ~remover() {
      eventually([&] {
        std::error_code ignored;
        return fs::remove(group, ignored);
      });
    }
  } const cleanup{group};
  auto write = [&](const char* file, const char* text) {
    return static_cast<bool>(std::ofstream(group / file) << text << std::flush);
  };
  if (!write(first ? "memory.limit_in_bytes" : "memory.max", "67108864")) {
    std::printf("[skipped] %s: the memory controller is not available\n", name);
    return;
  }
  write(first ? "memory.memsw.limit_in_bytes" : "memory.swap.max", first ? "67108864" : "0");
  const leat::python py(quiet(1));
  const auto source = leat::source_text(R"(
import os
def hungry(x, group):
    with open(group + '/cgroup.procs', 'w') as f: f.write(str(os.getpid()))
    held = []
    while True: held.append(b'x' * (1 << 20))
)");
  const auto e = thrown<leat::worker_died>(
      [&] { ints{1} | py.map<int>("hungry", source).bind("group", group.string()) | leat::to_vector(); });
  CHECK(contains(e.what(), "out-of-memory"));
  CHECK((ints{1} | py.map<int>("lambda x: x") | leat::sum()) == 1);
}

const auto raising = leat::source_text(
    "def inner(x):\n    return {}['missing %d' % x]\n\ndef outer(x):\n    try:\n        return inner(x)\n"
    "    except KeyError as e:\n        raise ValueError(f'bad {x}') from e\n\n"
    "def implicit(x):\n    try:\n        inner(x)\n    except KeyError:\n        raise OSError(2, 'gone', 'file')\n",
    "/home/user/raising.py");

TEST_CASE("behaviour 29: a user's exception arrives with type, message, traceback and causes; the worker stays usable") {
  const leat::python py(quiet(1));
  const leat::context ctx({.slots = 1});
  pid_t pid = 0;
  int kept = 0;
  for (int round = 0; round < 10; ++round) {
    const auto e = thrown<leat::python_error>([&] { ints{5, 6} | py.map<int>("outer", raising) | leat::to_vector(); });
    CHECK(e.type() == "ValueError");
    CHECK(e.python_message() == "bad 5");
    CHECK(contains(e.traceback(), "File \"/home/user/raising.py\", line 8, in outer"));
    CHECK(contains(e.traceback(), "raise ValueError(f'bad {x}') from e"));
    CHECK(!contains(e.traceback(), "leat/python/"));
    REQUIRE(e.causes().size() == 1);
    CHECK(e.causes()[0].type == "KeyError");
    CHECK(e.causes()[0].message == "'missing 5'");
    CHECK(contains(e.causes()[0].traceback, "File \"/home/user/raising.py\", line 2, in inner"));
    CHECK(e.where().stage == "py.map(\"outer\")");
    CHECK(e.where().record == 0);
    CHECK(!e.where().partition);
    CHECK((ints{7} | py.map<int>("lambda x: x") | leat::sum()) == 7);
    const auto pids = py.worker_pids();
    REQUIRE(!pids.empty());
    kept += pids.back() == pid;
    pid = pids.back();
  }
  CHECK(kept > 0);
  const auto implicit = thrown<leat::python_error>([&] { ints{5} | py.filter("implicit", raising) | leat::to_vector(); });
  CHECK(implicit.type() == "FileNotFoundError");
  CHECK(implicit.causes().at(0).type == "KeyError");

  const auto expression =
      thrown<leat::python_error>([&] { ints{3, 2, 0} | py.map<double>("lambda x: 6 / x") | leat::to_vector(); });
  CHECK(expression.type() == "ZeroDivisionError");
  CHECK(contains(expression.traceback(), "lambda x: 6 / x"));
  CHECK(expression.where().record == 2);
  const auto fused = thrown<leat::python_error>([&] {
    up_to(10) | py.map("lambda x: x + 1") | py.filter("lambda x: x > 2") | py.map<double>("lambda x: 1 / (x - 5)") |
        leat::to_vector();
  });
  CHECK(fused.where().stage == "py.map(\"lambda x: 1 / (x - 5)\")");
  CHECK(fused.where().record == 4);

  const auto in_task = thrown<leat::python_error>(
      [&] { (ctx.parallelize(up_to(100), 4) | py.map<double>("lambda x: 1 / (x - 60)")).collect(); });
  CHECK(in_task.where().partition == 2);
  CHECK(in_task.where().record == 10);
  CHECK((ctx.parallelize(up_to(100), 4) | py.map<int>("lambda x: x") | leat::sum()) == 4950);
}

TEST_CASE("behaviour 30: exceptions that cannot be pickled, whose text raises, with huge messages, or odd bases") {
  const leat::python py(quiet(1));
  const auto source = leat::source_text(R"(
class Unpicklable(Exception):
    def __init__(self, x): super().__init__('secret'); self.f = lambda: x
    def __reduce__(self): raise TypeError('never')
class Rude(Exception):
    def __str__(self): raise RuntimeError('no text')
    def __repr__(self): raise RuntimeError('no repr')
class Exits(Exception):
    def __str__(self): import sys; sys.exit(5)
class Base(BaseException): pass
class NoText(Exception):
    def __str__(self): return None
def raises(x, kind):
    if kind == 'huge': raise ValueError('h' * 50_000_000)
    if kind == 'surrogate': raise ValueError('bad \ud800 text')
    if kind == 'group': raise ExceptionGroup('several', [ValueError('one'), KeyError('two')])
    if kind == 'deep':
        def f(): f()
        f()
    if kind == 'cycle':
        a, b = ValueError('a'), ValueError('b')
        a.__cause__, b.__cause__ = b, a
        raise a
    if kind == 'chain':
        e = ValueError('0')
        for i in range(1, 3000):
            n = ValueError(str(i)); n.__cause__ = e; e = n
        raise e
    if kind == 'KeyboardInterrupt': raise KeyboardInterrupt
    if kind == 'GeneratorExit': raise GeneratorExit
    if kind == 'MemoryError': raise MemoryError
    raise globals()[kind](x)
)");
  auto raised = [&](const std::string& kind) {
    CAPTURE(kind);
    const auto e =
        thrown<leat::python_error>([&] { ints{1} | py.map<int>("raises", source).bind("kind", kind) | leat::to_vector(); });
    CHECK(e.where().record == 0);
    CHECK((ints{7} | py.map<int>("lambda x: x") | leat::sum()) == 7);
    return e;
  };
  CHECK(raised("Unpicklable").python_message() == "secret");
  CHECK(contains(raised("Rude").type(), "Rude"));
  CHECK(contains(raised("Rude").python_message(), "unprintable"));
  CHECK(contains(raised("Exits").type(), "Exits"));
  CHECK(contains(raised("Base").type(), "Base"));
  CHECK(contains(raised("NoText").type(), "NoText"));
  const auto huge = raised("huge");
  CHECK(huge.python_message().size() < 100'000);
  CHECK(contains(huge.python_message(), "hhhh"));
  CHECK(contains(raised("surrogate").python_message(), "\\ud800"));
  CHECK(raised("deep").type() == "RecursionError");
  CHECK(raised("cycle").causes().size() == 1);
  CHECK(raised("chain").causes().size() >= 10);
  CHECK(raised("KeyboardInterrupt").type() == "KeyboardInterrupt");
  CHECK(raised("GeneratorExit").type() == "GeneratorExit");
  CHECK(raised("MemoryError").type() == "MemoryError");
  const auto group = raised("group");  // a NameError before Python 3.11
  CHECK((group.type() == "ExceptionGroup" || group.type() == "NameError"));
  CHECK(eventually([&] { return py.worker_pids().size() == 1; }));
}

TEST_CASE("behaviour 32: what user code prints is captured with the worker's tag, and corrupts and blocks nothing") {
  log_lines log;
  auto options = quiet(1);
  options.log = log.callback();
  pid_t pid = 0;
  {
    const leat::python py(options);
    const auto source = leat::source_text(R"(
import logging, os, subprocess, sys
def prints(x):
    print('printed', x)
    print('ünï', x, file=sys.stderr)
    os.write(1, b'raw to 1\n')
    os.write(2, b'raw to 2\n')
    subprocess.run(['echo', 'from a child'])
    logging.getLogger('app').warning('logged %d', x)
    return x
def burst(x):
    sys.stderr.write(('e' * 99 + '\n') * 3000)
    os.write(1, b'o' * 200_000 + b'\n')
    return x
def closes(x):
    sys.stdin.close(); sys.stdout.close(); sys.stderr.close()
    for fd in 0, 1, 2: os.close(fd)
    return x
def reads(x):
    return len(sys.stdin.read()) if not sys.stdin.closed else -1
)");
    CHECK((ints{1, 2} | py.map<int>("prints", source) | leat::to_vector()) == ints{1, 2});
    CHECK((ints{1} | py.map<int>("reads", source) | leat::to_vector()) == ints{0});
    CHECK((ints{1, 2, 3} | py.map<int>("burst", source) | leat::to_vector()) == ints{1, 2, 3});
    CHECK((up_to(10'000) | py.map<int>("lambda x: (print(x), x)[1]") | leat::to_vector()) == up_to(10'000));
    pid = py.worker_pids().at(0);
    CHECK((ints{1} | py.map<int>("closes", source) | leat::to_vector()) == ints{1});
    CHECK((ints{1, 2} | py.map<int>("lambda x: (print('after the end'), x)[1]") | leat::to_vector()) == ints{1, 2});
    CHECK(py.worker_pids() == std::vector{pid});
  }
  for (const char* line : {"printed 1", "printed 2", "ünï 1", "ünï 2", "logged 1"}) {
    CAPTURE(line);
    CHECK(log.count(line) == 1);
  }
  CHECK(log.count("raw to 1") == 2);
  CHECK(log.count("raw to 2") == 2);
  CHECK(log.count("from a child") == 2);
  CHECK(log.count(std::string(99, 'e')) == 9000);
  CHECK(log.count("9999") == 1);
  std::size_t o = 0;
  for (auto const& r : log.all()) {
    CHECK(r.worker == pid);
    if (r.text == "printed 1") CHECK(r.level == leat::log_record::info);
    if (r.text == "raw to 2") CHECK(r.level == leat::log_record::warning);
    o += static_cast<std::size_t>(std::count(r.text.begin(), r.text.end(), 'o')) * (r.text.size() > 100);
  }
  CHECK(o == 600'000);
}

TEST_CASE("behaviour 32: a child that user code leaves behind neither keeps a job waiting nor outlives its worker") {
  const leat::python py(quiet(1));
  const folder temp;
  const auto source = leat::source_text(R"(
import os, subprocess
def leaves_child(x, path):
    child = subprocess.Popen(['sleep', '1000'], pass_fds=[fd for fd in range(3, 64) if os.path.exists(f'/proc/self/fd/{fd}')])
    with open(path, 'w') as f: f.write(str(child.pid))
    os._exit(6)
)");
  auto options = quiet(1);
  options.attempts = 1;
  const auto e = thrown<leat::worker_exited>(
      [&] { ints{1} | leat::python(options).map<int>("leaves_child", source).bind("path", temp / "pid") | leat::to_vector(); });
  CHECK(e.code() == 6);
  CHECK(eventually([&] { return !alive(std::stoi(temp.read("pid"))); }));
}

}  // namespace
}  // namespace behaviours_failure
