// SPDX-License-Identifier: BSL-1.0
// How long a worker lives, how much it may hold, and what its user code may leave behind.
#include <leat/python/python.hpp>
#include <leat/sink/sum.hpp>
#include <leat/sink/to_vector.hpp>

#include <set>

#include "../support.hpp"

namespace python_environment_lifetime {
namespace {

using namespace support;
using ints = std::vector<int>;

leat::python_options with_imports(std::size_t workers = 1) {
  auto options = quiet(workers);
  options.imports = {"os", "sys", "time"};
  return options;
}
pid_t worker_of(const leat::python<>& py) { return (ints{1} | py.map<int>("lambda _: os.getpid()") | leat::to_vector()).at(0); }

TEST_CASE("behaviour 42: reuse gives the same pids when nothing forbids it") {
  auto options = with_imports();
  options.recycle_memory = std::size_t{1} << 40;
  options.recycle_sessions = 1000;
  options.idle_timeout = std::chrono::hours(1);
  const leat::python py(options);
  const pid_t first = worker_of(py);
  for (int i = 0; i < 20; ++i) CHECK(worker_of(py) == first);
}

TEST_CASE("behaviour 42: a worker that has served its sessions is replaced, and ends by itself") {
  const folder temp;
  auto options = with_imports();
  options.recycle_sessions = 3;
  options.exit = {"end", leat::source_text("import os\ndef end(): open('" + temp.path() + "/%d' % os.getpid(), 'w')\n")};
  const leat::python py(options);
  std::vector<pid_t> pids;
  for (int i = 0; i < 9; ++i) pids.push_back(worker_of(py));
  for (std::size_t i = 0; i < pids.size(); ++i) CHECK((pids[i] == pids[i / 3 * 3]));
  CHECK(std::set<pid_t>(pids.begin(), pids.end()).size() == 3);
  CHECK(eventually([&] { return py.worker_pids().empty(); }));
  for (const pid_t pid : pids) CHECK(temp.has(std::to_string(pid)));
}

TEST_CASE("behaviour 42: a worker over the memory mark is replaced after its session, never within") {
  auto options = with_imports();
  options.recycle_memory = 150 << 20;
  const leat::python py(options);
  const auto source = leat::source_text(
      "import os, builtins\n"
      "def grow(x):\n"
      "    if x == 1: builtins.kept = b'x' * (200 << 20)\n"
      "    return os.getpid()\n");
  const pid_t first = worker_of(py);
  const auto within = up_to(20'000) | py.map<int>("grow", source) | leat::to_vector();
  CHECK(std::count(within.begin(), within.end(), first) == 20'000);
  const pid_t second = worker_of(py);
  CHECK(second != first);
  CHECK(worker_of(py) == second);
  CHECK(eventually([&] { return !alive(first); }));
}

TEST_CASE("behaviour 42: idle workers end after their timeout and are replaced") {
  auto options = with_imports(2);
  options.idle_timeout = std::chrono::milliseconds(50);
  const leat::python py(options);
  for (int round = 0; round < 3; ++round) {
    const auto pids = up_to(20) | py.map<int>("lambda x: time.sleep(0.01) or os.getpid()") | leat::to_vector();
    CHECK(eventually([&] { return py.worker_pids().empty(); }));
    CHECK(!alive(pids.front()));
    CHECK(alive(py.daemon_pid()));
  }
}

TEST_CASE("one that does not end when it is told to is killed") {
  auto options = with_imports();
  options.recycle_sessions = 1;
  options.exit = "lambda: time.sleep(10000)";
  const leat::python py(options);
  const pid_t stubborn = worker_of(py);
  CHECK(worker_of(py) != stubborn);
  CHECK(eventually([&] { return !alive(stubborn); }));
}

TEST_CASE("behaviour 28: a worker under a memory limit gets a MemoryError, and goes on") {
  for (const auto start : {leat::start_method::fork, leat::start_method::spawn}) {
    auto options = with_imports();
    options.memory = 200 << 20;
    options.start = start;
    const leat::python py(options);
    const pid_t first = worker_of(py);
    const auto e =
        thrown<leat::python_error>([&] { ints{1} | py.map<int>("lambda x: len(b'x' * (400 << 20))") | leat::sum(); });
    CHECK(e.type() == "MemoryError");
    CHECK((ints{1} | py.map<int>("lambda x: len(b'x' * (100 << 20))") | leat::sum()) == 100 << 20);
    CHECK(worker_of(py) == first);
  }
}

TEST_CASE("behaviour 28: a worker whose children hold too much is killed, with the named cause") {
  auto options = with_imports();
  options.memory = 200 << 20;
  options.attempts = 2;
  const leat::python py(options);
  const auto source = leat::source_text(
      "import subprocess, sys, time\n"
      "CODE = \"import time; x = b'x' * (150 << 20); print(flush=True); time.sleep(1000)\"\n"
      "def f(x):\n"
      "    for _ in range(3): subprocess.Popen([sys.executable, '-c', CODE], stdout=subprocess.PIPE).stdout.readline()\n"
      "    time.sleep(1000)\n");
  const auto e = thrown<leat::worker_out_of_memory>([&] { ints{1} | py.map<int>("f", source) | leat::sum(); });
  CHECK(contains(e.what(), "python_options.memory allows 209715200"));
  CHECK(contains(e.what(), "children held"));
  CHECK(contains(e.what(), "gave up after 2 attempts"));
  CHECK((ints{1} | py.map<int>("lambda x: x") | leat::sum()) == 1);
}

TEST_CASE("behaviour 28: one that ends for lack of memory, as native code does, says so") {
  auto options = with_imports();
  options.memory = 200 << 20;
  options.attempts = 1;
  const leat::python py(options);
  const auto e = thrown<leat::worker_out_of_memory>(
      [&] { ints{1} | py.map<int>("lambda x: os.write(2, b'terminate: std::bad_alloc\\n') and os.abort()") | leat::sum(); });
  CHECK(contains(e.what(), "ended for lack of memory"));
  CHECK(contains(e.stderr_tail(), "std::bad_alloc"));
  CHECK(thrown<leat::worker_killed>([&] { ints{1} | py.map<int>("lambda x: os.abort()") | leat::sum(); }).signal() == SIGABRT);
}

TEST_CASE("a limit below what a worker holds at its start is refused") {
  auto options = with_imports();
  options.memory = 1 << 20;
  const auto e = thrown<leat::start_failed>([&] { worker_of(leat::python(options)); });
  CHECK(contains(e.what(), "python_options.memory allows 1048576 bytes, and a worker holds"));
}

TEST_CASE("in debug mode there is one worker, no attempt but the first, and a breakpoint may hold a cancelled session") {
  auto options = with_imports(4);
  options.debug = true;
  options.idle_timeout = options.start_timeout = std::chrono::milliseconds(1);
  const leat::python py(options);
  const auto pids = up_to(1000) | py.map<int>("lambda x: os.getpid()") | leat::to_vector();
  CHECK(std::set<int>(pids.begin(), pids.end()).size() == 1);
  CHECK_THROWS_AS((ints{1} | py.map<int>("lambda x: os._exit(3)") | leat::sum()), leat::worker_exited);
  // Stops early, while the worker sits in a record for longer than the grace that it would have otherwise.
  const auto slow = leat::source_text("import time\ndef slow(x):\n    yield x\n    time.sleep(1.5)\n    yield x\n");
  const pid_t before = worker_of(py);
  for (const int x : up_to(1000) | py.flat_map<int>("slow", slow)) {
    CHECK(x == 0);
    break;
  }
  CHECK(worker_of(py) == before);
}

const auto spawning = R"(
import multiprocessing, os, subprocess, sys, time

def square(x):
    return x * x

def pooled(method):
    with multiprocessing.get_context(method).Pool(2) as pool:
        return sum(pool.map(square, range(10)))

def left(_):
    kids = [subprocess.Popen(['sleep', '10000']), subprocess.Popen(['sleep', '10000'], start_new_session=True)]
    for method in 'fork', 'spawn':
        child = multiprocessing.get_context(method).Process(target=time.sleep, args=(10000,))
        child.start()
        kids.append(child)
    return [kid.pid for kid in kids]
)";

TEST_CASE("user code may use subprocess and multiprocessing, and nothing of it survives its worker") {
  const folder temp;
  temp.write("leat_spawning.py", spawning);
  for (const auto start : {leat::start_method::fork, leat::start_method::spawn}) {
    auto options = with_imports();
    options.path = {temp.path()};
    options.start = start;
    std::vector<int> kids;
    {
      const leat::python py(options);
      const std::vector<std::string> methods{"fork", "spawn", "forkserver"};
      CHECK((methods | py.map<int>("leat_spawning:pooled") | leat::to_vector()) == ints{285, 285, 285});
      kids = ints{1} | py.flat_map<int>("leat_spawning:left") | leat::to_vector();
      CHECK(kids.size() == 4);
      for (const pid_t kid : kids) CHECK(alive(kid));
      end(py.worker_pids().at(0));
      for (const pid_t kid : kids) CHECK(eventually([&] { return !alive(kid); }));
      kids = ints{1} | py.flat_map<int>("leat_spawning:left") | leat::to_vector();
      for (const pid_t kid : kids) CHECK(alive(kid));
    }
    for (const pid_t kid : kids) CHECK(eventually([&] { return !alive(kid); }));
  }
}

}  // namespace
}  // namespace python_environment_lifetime
