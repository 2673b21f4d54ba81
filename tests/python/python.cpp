// SPDX-License-Identifier: BSL-1.0
#include <leat/posix/cpus.hpp>
#include <leat/python/python.hpp>
#include <leat/sink/sum.hpp>
#include <leat/sink/to_vector.hpp>
#include <leat/stage/map.hpp>
#include <leat/wire/msgpack.hpp>

#include <csignal>
#include <optional>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "support.hpp"

namespace python_python {
namespace {

using namespace support;
using strings = std::vector<std::string>;

/// A variable of this process's environment, put back at the end.
class variable {
 public:
  variable(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before, was_set_ = true;
    value != nullptr ? ::setenv(name, value, 1) : ::unsetenv(name);
  }
  ~variable() { was_set_ ? ::setenv(name_, before_.c_str(), 1) : ::unsetenv(name_); }

 private:
  const char* name_;
  std::string before_{};
  bool was_set_ = false;
};

std::string answered(const leat::python<>& py, const std::string& f) {
  return (std::vector{1} | py.map<std::string>(f) | leat::to_vector()).at(0);
}

TEST_CASE("a function runs in a worker process") {
  const leat::python py(quiet());
  CHECK((std::vector{1, 2, 3} | py.map<int>("lambda x: x * 2 + 1") | leat::to_vector()) == std::vector{3, 5, 7});
  CHECK(answered(py, "lambda _: str(__import__('os').getpid())") != std::to_string(::getpid()));
  CHECK(py.interpreter() == interpreter());
  CHECK(py.options().workers == 2);
  CHECK(leat::python().options().workers == leat::usable_cpus());
}

TEST_CASE("the interpreter is the given one, LEAT_PYTHON's, or python3 on PATH") {
  const folder temp;
  const std::string real = interpreter();
  const std::string mine = temp.write("bin/python3", "#!/bin/sh\nexec " + real + " \"$@\"\n", true);
  {
    auto options = quiet();
    options.interpreter = mine;
    const variable other("LEAT_PYTHON", "/no/such/python");
    CHECK(leat::python(options).interpreter() == mine);
  }
  {
    const variable named("LEAT_PYTHON", mine.c_str());
    const leat::python py(quiet());
    CHECK(py.interpreter() == mine);
    CHECK(answered(py, "builtins:str") == "1");
  }
  const variable path("PATH", (temp.path() + "/none::relative:" + temp.path() + "/bin:/usr/bin:/bin").c_str());
  for (const char* unset : {static_cast<const char*>(nullptr), ""}) {
    const variable named("LEAT_PYTHON", unset);
    CHECK(leat::python(quiet()).interpreter() == mine);
  }
  {
    const variable bare("LEAT_PYTHON", "python3");
    CHECK(leat::python(quiet()).interpreter() == mine);
  }
  auto options = quiet();
  options.interpreter = std::filesystem::relative(mine).string();  // with a slash: from the working folder
  CHECK(answered(leat::python(options), "builtins:str") == "1");
}

TEST_CASE("path, variables and imports are there in the workers") {
  const folder temp;
  temp.write("a/leat_test_shipped.py", "def f(x): return f'shipped {x}'\n");
  temp.write("b/leat_test_shipped.py", "def f(x): return f'wrong {x}'\n");
  for (const auto start : {leat::start_method::fork, leat::start_method::spawn}) {
    auto options = quiet();
    options.start = start;
    options.path = {temp / "a", temp / "b"};
    options.variables = {{"LEAT_TEST_VARIABLE", "värde"}, {"OMP_NUM_THREADS", "3"}};
    options.imports = {"math", "os.path", "collections.abc", "os"};
    const leat::python py(options);
    CHECK(answered(py, "leat_test_shipped:f") == "shipped 1");
    CHECK(answered(py, "lambda x: os.environ['LEAT_TEST_VARIABLE'] + os.environ['OMP_NUM_THREADS']") == "värde3");
    CHECK(answered(py, "lambda x: str(math.floor(2.5)) + str(os.path.isabs('/')) + collections.abc.__name__") ==
          "2Truecollections.abc");
    CHECK(answered(py, "lambda x: os.environ.get('LEAT_WORKER', 'none') + os.environ.get('LEAT_PATH', 'none')") == "nonenone");
    CHECK(answered(py, "lambda x: os.environ['PYTHONHASHSEED'] + os.environ['OPENBLAS_NUM_THREADS']") == "01");
  }
}

TEST_CASE("options in any order by python_setup, which has all of them") {
  leat::python_setup given;
  given.log([](const leat::log_record&) {}).profile().debug().idle_timeout(std::chrono::seconds(1)).recycle_memory(2);
  given.recycle_sessions(3).umask(4).nice(5).memory(6).start_timeout(std::chrono::seconds(7)).attempts(8);
  given.start(leat::start_method::spawn).workers(9).exit("m:exit").init("m:init").worker_variable("GPU", {"0", "1"});
  given.variable("A", "1").variable("B", "2").working_folder("/").preload({"p"}).requirements({"r"}).archives({"a.zip"});
  given.files({"f.py"}).path({"d"}).path({"e"}).imports({"numpy as np"}).imports({"math"}).interpreter("python3");
  // A new option of python_options is an error here until it has a setter, and a line below.
  const auto& [interpreter, imports, path, files, archives, requirements, preload, working_folder, variables, worker_variables,
               init, exit, workers, start, attempts, start_timeout, memory, nice, umask, recycle_sessions, recycle_memory,
               idle_timeout, debug, profile, log] = given.options();
  using texts = std::vector<std::string>;
  CHECK((interpreter == "python3" && imports == texts{"numpy as np", "math"} && path == texts{"d", "e"}));
  CHECK((files.at(0).path == "f.py" && archives == texts{"a.zip"} && requirements == texts{"r"} && preload == texts{"p"}));
  CHECK((working_folder == "/" && variables.at(1).second == "2" && worker_variables.at(0).second.at(1) == "1"));
  CHECK((init.function == "m:init" && exit.function == "m:exit" && workers == 9 && start == leat::start_method::spawn));
  CHECK((attempts == 8 && start_timeout.count() == 7000 && memory == 6 && nice == 5 && umask == 4U && recycle_sessions == 3));
  CHECK((recycle_memory == 2 && idle_timeout.count() == 1000 && debug && profile && log));

  const leat::python py(leat::python_setup().workers(1).imports({"math as m"}).log(quiet().log));
  CHECK(answered(py, "lambda _: str(m.floor(2.5))") == "2");
  CHECK(leat::python({.workers = 3}).options().workers == 3);
}

TEST_CASE("options by name, as one value, and by neither") {
  const folder temp;
  const auto file = leat::inline_file("leat_test_named.py", "");
  const leat::python named{.interpreter = interpreter(),
                           .imports = {"math as m"},
                           .path = {temp.path()},
                           .files = {file},
                           .archives = {},
                           .requirements = {"leat_none"},
                           .preload = {"leat_none"},
                           .working_folder = "/",
                           .variables = {{"A", "1"}},
                           .worker_variables = {{"GPU", {"0", "1"}}},
                           .init = "m:init",
                           .exit = "m:exit",
                           .workers = 9,
                           .start = leat::start_method::spawn,
                           .attempts = 8,
                           .start_timeout = std::chrono::seconds(7),
                           .memory = 6,
                           .nice = 5,
                           .umask = 4,
                           .recycle_sessions = 3,
                           .recycle_memory = 2,
                           .idle_timeout = std::chrono::seconds(1),
                           .debug = false,
                           .profile = true,
                           .log = [](const leat::log_record&) {}};
  const leat::python_options& o = named.options();
  using texts = std::vector<std::string>;
  CHECK((o.imports == texts{"math as m"} && o.path == texts{temp.path()} && o.files.at(0).name == file.name));
  CHECK((o.archives.empty() && o.requirements == texts{"leat_none"} && o.preload == texts{"leat_none"}));
  CHECK((o.working_folder == "/" && o.variables.at(0).first == "A" && o.worker_variables.at(0).second.at(1) == "1"));
  CHECK((o.init.function == "m:init" && o.exit.function == "m:exit" && o.start == leat::start_method::spawn));
  CHECK((o.attempts == 8 && o.start_timeout.count() == 7000 && o.memory == 6 && o.nice == 5 && o.umask == 4U));
  CHECK((o.recycle_sessions == 3 && o.recycle_memory == 2 && o.idle_timeout.count() == 1000));
  CHECK((o.workers == 9 && leat::python{.debug = true}.options().debug && o.profile && o.log &&
         o.interpreter == interpreter() && named.interpreter() == interpreter()));

  const leat::python none{}, one{.workers = 3}, braces{{.workers = 3}}, both({.workers = 3});
  CHECK(none.options().workers == leat::usable_cpus());
  CHECK((none.options().attempts == 4 && none.options().start_timeout.count() == 30'000 && !none.options().log));
  CHECK((one.options().workers == 3 && braces.options().workers == 3 && both.options().workers == 3));
  const leat::python<leat::msgpack> other{.imports = {"math"}, .workers = 1, .log = quiet().log};
  CHECK((std::vector{4} | other.map<double>("lambda x: math.sqrt(x)") | leat::to_vector()).at(0) == 2);
  leat::python copy = one;
  copy = none;
  CHECK((copy.options().workers == leat::usable_cpus() && copy.daemon_pid() == none.daemon_pid()));
}

TEST_CASE("the current folder does not shadow modules, and is the working folder of workers") {
  const folder temp;
  temp.write("json.py", "raise SystemExit('shadowed')\n");
  struct back {
    std::filesystem::path path = std::filesystem::current_path();
    ~back() { std::filesystem::current_path(path); }
  } const before;
  std::filesystem::current_path(temp.path());
  const leat::python py(quiet());
  CHECK(answered(py, "lambda x: __import__('json').dumps([x]) + __import__('os').getcwd()") == "[1]" + temp.path());
}

TEST_CASE("spawned workers are fresh interpreters") {
  auto options = quiet();
  options.start = leat::start_method::spawn;
  const leat::python py(options);
  CHECK((up_to(1000) | py.map<int>("lambda x: -x") | leat::sum()) == -499500);
  CHECK(contains(answered(py, "lambda _: open('/proc/self/cmdline').read().split('\\0')[0]"), "python"));
  // The daemon's modules are not there: a forked worker has them from the start.
  const auto e = thrown<leat::worker_exited>(
      [&] { std::vector{1} | py.map<int>("lambda _: __import__('os')._exit(9)") | leat::to_vector(); });
  CHECK(e.code() == 9);
  CHECK(answered(py, "builtins:str") == "1");
}

TEST_CASE("unordered gives the same multiset") {
  const leat::python py(quiet(3));
  auto loose = py.unordered();
  auto out = up_to(20000) | loose.map<int>("lambda x: x + 1") | leat::to_vector();
  std::sort(out.begin(), out.end());
  auto expected = up_to(20001);
  expected.erase(expected.begin());
  CHECK(out == expected);
  // One slow record holds nothing up.
  const auto order = up_to(50) | py.unordered().map<int>("lambda x: (__import__('time').sleep(0.3), x)[1] if x == 0 else x") |
                     leat::to_vector();
  CHECK(order.size() == 50);
  CHECK(order.front() != 0);
}

TEST_CASE("copies share the workers, which end with the last of them and of the stages") {
  pid_t daemon = 0;
  std::vector<pid_t> pids;
  {
    auto stage = [&] {
      const leat::python py(quiet(1));
      const leat::python copy = py;
      CHECK((std::vector{1} | copy.map<int>("lambda x: x") | leat::sum()) == 1);
      daemon = py.daemon_pid();
      pids = py.worker_pids();
      CHECK(pids.size() == 1);
      return py.map<int>("lambda x: x + 1");
    }();
    CHECK(alive(daemon));
    CHECK((std::vector{1, 2} | stage | leat::to_vector()) == std::vector{2, 3});
    CHECK(alive(pids.at(0)));
  }
  CHECK(!alive(daemon));
  CHECK(!alive(pids.at(0)));
}

TEST_CASE("a host that ignores SIGCHLD or has closed its standard descriptors is served") {
  struct sigaction ignored{}, before{};
  ignored.sa_handler = SIG_IGN;
  REQUIRE(::sigaction(SIGCHLD, &ignored, &before) == 0);
  {
    const leat::python py(quiet(1));
    CHECK(answered(py, "lambda _: str(__import__('subprocess').run(['false']).returncode)") == "1");
    CHECK(thrown<leat::worker_exited>([&] { std::vector{3} | py.map<int>("os:_exit") | leat::to_vector(); }).code() == 3);
  }
  ::sigaction(SIGCHLD, &before, nullptr);

  int saved[3];
  for (int fd = 0; fd < 3; ++fd) {
    saved[fd] = ::fcntl(fd, F_DUPFD_CLOEXEC, 100);
    ::close(fd);
  }
  std::string got, output;
  try {
    log_lines log;
    auto options = quiet(1);
    options.log = log.callback();
    {
      const leat::python py(options);
      got = answered(py, "lambda x: (print('printed'), str(x))[1]");
    }
    output = log.count("printed") == 1 ? "printed" : "";
  } catch (const std::exception& e) {
    got = e.what();
  }
  for (int fd = 0; fd < 3; ++fd) {
    ::dup2(saved[fd], fd);
    ::close(saved[fd]);
  }
  CHECK(got == "1");
  CHECK(output == "printed");
}

TEST_CASE("a child of a fork without exec can end without harm to the host's workers") {
  std::optional<leat::python<>> py(quiet(1));
  CHECK(answered(*py, "builtins:str") == "1");
  const auto pids = py->worker_pids();
  const auto input = up_to(300'000);
  for (const bool in_the_middle : {false, true}) {
    CAPTURE(in_the_middle);
    std::vector<int> seen;
    pid_t child = -1;
    for (const int x : input | py->map<int>("lambda x: x")) {
      seen.push_back(x);
      if (x != 100) continue;
      child = ::fork();
      if (child == 0 && in_the_middle) break;
      if (child == 0) {
        py.reset();
        std::_Exit(0);
      }
    }
    if (child == 0) {  // it broke out of the loop, which destroyed its copy of the session
      py.reset();
      std::_Exit(0);
    }
    int status = -1;
    CHECK(eventually([&] { return ::waitpid(child, &status, WNOHANG) == child; }));
    CHECK(status == 0);
    CHECK(seen == input);
    CHECK(py->worker_pids() == pids);
  }
  CHECK(answered(*py, "builtins:str") == "1");
}

TEST_CASE("too few descriptors are a clear error, and work again when there are enough") {
  if (sanitized) return;  // UBSan looks at exceptions through a pipe of its own, which it does not get
  const leat::python py(quiet(2));
  struct rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  struct rlimit low = before;
  int failures = 0;
  for (rlim_t room = 0; room < 12; ++room) {
    // The lowest free descriptor decides; the ones that are open stay.
    const int probe = ::fcntl(0, F_DUPFD_CLOEXEC, 3);
    ::close(probe);
    low.rlim_cur = static_cast<rlim_t>(probe) + room;
    ::setrlimit(RLIMIT_NOFILE, &low);
    std::string text;
    try {
      const leat::python fresh(quiet(2));
      text = answered(fresh, "builtins:str");
    } catch (const leat::start_failed& e) {
      text = e.what();
    }
    ::setrlimit(RLIMIT_NOFILE, &before);
    CAPTURE(room);
    CAPTURE(text);
    CHECK((text == "1" || contains(text, "Too many open files") || contains(text, "Invalid argument")));
    failures += text != "1";
  }
  CHECK(failures > 0);
  CHECK(answered(py, "builtins:str") == "1");
}

TEST_CASE("two interpreters with a native stage between") {
  const leat::python a(quiet(1)), b(quiet(1));
  CHECK((std::vector{1, 2} | a.map<int>("lambda x: x + 1") | leat::map([](int x) { return 10 * x; }) |
         b.map<int>("lambda x: x + 1") | leat::to_vector()) == std::vector{21, 31});
}

TEST_CASE("the wires differ in one word") {
  const leat::python<leat::msgpack> py(quiet());
  const auto out = strings{"a", "bc"} | py.map<std::tuple<std::string, int>>("lambda s: (s, len(s))") | leat::to_vector();
  CHECK(out == std::vector<std::tuple<std::string, int>>{{"a", 1}, {"bc", 2}});
}

}  // namespace
}  // namespace python_python
