// SPDX-License-Identifier: BSL-1.0
// What python_options ask of the interpreter and the workers: docs/guide/environments.md.
#include <leat/python/python.hpp>
#include <leat/sink/sum.hpp>
#include <leat/sink/to_vector.hpp>

#include <set>

#include "../support.hpp"

namespace python_environment_environment {
namespace {

using namespace support;
using ints = std::vector<int>;
using strings = std::vector<std::string>;

/// What one worker says to an expression.
std::string answer(const leat::python<>& py, const std::string& expression) {
  return (ints{1} | py.map<std::string>("lambda _: str((" + expression + "))") | leat::to_vector()).at(0);
}
leat::python_options with_os(std::size_t workers = 1) {
  auto options = quiet(workers);
  options.imports = {"os", "sys", "time"};
  return options;
}
/// Why nothing can run with these options.
std::string refusal(const leat::python_options& options) {
  return thrown<leat::start_failed>([&] { answer(leat::python(options), "1"); }).what();
}

TEST_CASE("the folder of a virtual environment names its interpreter, and is activated") {
  const folder temp;
  std::filesystem::create_directories(temp / "venv/bin");
  std::filesystem::create_symlink(interpreter(), temp / "venv/bin/python");
  auto options = with_os();
  options.interpreter = temp / "venv/";
  const leat::python py(options);
  CHECK(py.interpreter() == temp / "venv/bin/python");
  CHECK(answer(py, "os.environ['VIRTUAL_ENV']") == temp / "venv");
  CHECK(answer(py, "os.environ['PATH'].split(':')[0]") == temp / "venv/bin");
  CHECK(answer(py, "sys.executable") == temp / "venv/bin/python");

  std::filesystem::create_directories(temp / "conda/conda-meta");
  std::filesystem::create_directories(temp / "conda/bin");
  std::filesystem::create_symlink(interpreter(), temp / "conda/bin/python3");
  options.interpreter = temp / "conda";
  CHECK(answer(leat::python(options), "os.environ['CONDA_PREFIX']") == temp / "conda");

  std::filesystem::create_directories(temp / "empty/bin");
  options.interpreter = temp / "empty";
  const std::string text = thrown<leat::start_failed>([&] { leat::python py(options); }).what();
  CHECK(contains(text, temp / "empty/bin/python3"));
  CHECK(contains(text, temp / "empty/bin/python;"));
}

TEST_CASE("workers begin in the working folder; one that is not there is named") {
  const folder temp;
  temp.write("data.txt", "seen");
  auto options = with_os();
  options.working_folder = temp.path();
  CHECK(answer(leat::python(options), "open('data.txt').read()") == "seen");
  options.working_folder = temp / "none";
  CHECK(contains(refusal(options), "python_options.working_folder: " + (temp / "none") + ": No such file"));
}

TEST_CASE("umask, niceness, locale and thread counts are as the options say") {
  auto options = with_os();
  options.umask = 027;
  options.nice = 3;
  options.variables = {{"LEAT_TEST_SET", "grün"}};
  const leat::python py(options);
  CHECK(answer(py, "oct(os.umask(0o27))") == "0o27");
  CHECK(answer(py, "os.nice(0)") == std::to_string(std::min(::nice(0) + 3, 19)));
  CHECK(answer(py, "sys.flags.utf8_mode, os.environ['LEAT_TEST_SET']") == "(1, 'grün')");
  CHECK(answer(py, "os.environ['OMP_NUM_THREADS'], os.environ['OPENBLAS_NUM_THREADS']") == "('1', '1')");
  options.variables = {{"PYTHONUTF8", "0"}, {"OMP_NUM_THREADS", "2"}};
  CHECK(answer(leat::python(options), "sys.flags.utf8_mode, os.environ['OMP_NUM_THREADS']") == "(0, '2')");
}

TEST_CASE("options that cannot be right are refused when the object is made") {
  struct row {
    const char* part;
    leat::python_options options;
  };
  const row rows[] = {
      {"nice is 40", {.nice = 40}},
      {"umask", {.umask = 01000}},
      {"cannot set 'A=B'", {.variables = {{"A=B", ""}}}},
      {"at least one value; see 'GPU'", {.worker_variables = {{"GPU", {}}}}},
      {"cannot import 'from math import sqrt'", {.imports = {"from math import sqrt"}}},
      {"cannot import 'numpy as'", {.imports = {"numpy as"}}},
      {"cannot import 'numpy as n.p'; write a module, such as \"os.path\"", {.imports = {"numpy as n.p"}}},
      {"idle_timeout", {.idle_timeout = std::chrono::milliseconds(-1)}},
      {"'numpy>=' cannot be checked", {.requirements = {"numpy>="}}},
      {"'numpy 1.2'", {.requirements = {"numpy 1.2"}}},
      {"'numpy==1.0rc1'", {.requirements = {"numpy==1.0rc1"}}},
      {"'numpy>=1.*'", {.requirements = {"numpy>=1.*"}}},
      {"~= needs two numbers", {.requirements = {"numpy~=1"}}},
      {"'a; python_version < \"3\"'", {.requirements = {"a; python_version < \"3\""}}},
      {"'===1'", {.requirements = {"===1"}}},
      {"name for an inline_file", {.files = {leat::inline_file("../x.py", "")}}},
      {"name for an inline_file", {.files = {leat::inline_file("/x.py", "")}}},
      {"name for an inline_file", {.files = {leat::inline_file("a//x.py", "")}}},
      {"two files as x.py", {.files = {leat::inline_file("x.py", "1"), leat::inline_file("x.py", "2")}}},
      {"no name of its own", {.files = {".."}}},
      {"python_options.init: a Python function is an expression", {.init = "setup"}},
      {"python_options.exit: with a source", {.exit = {"m:f", leat::source_text("x = 1")}}},
  };
  for (auto const& [part, options] : rows) {
    CAPTURE(part);
    const std::string text = thrown<leat::usage_error>([&] { leat::python py(options); }).what();
    CHECK_MESSAGE(contains(text, part), text);
  }
}

TEST_CASE("requirements that are met pass; all others are listed in one error with how to install them") {
  const folder temp;
  const auto package = [&](const std::string& name, const std::string& version) {
    temp.write(name + "-" + version + ".dist-info/METADATA",
               "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version + "\n");
  };
  package("leat_one", "1.20.3");
  package("leat_two", "2.0rc1");
  package("leat_three", "1.0.post2+local");
  auto options = quiet(1);
  options.path = {temp.path()};
  options.requirements = {"leat-one",           "leat_one>=1.20", "leat_one >= 1.9, < 2", "leat_one~=1.19",
                          "leat_one==1.20.*",   "leat_one!=1.20", "leat_one<=1.20.3",     "leat_one[all]>1.20.2",
                          "leat_one==1.20.3.0", "leat_two==2",    "LEAT_THREE==1.0",      "leat_one~=1.20.1"};
  CHECK(answer(leat::python(options), "7") == "7");
  options.requirements = {"leat_one>=1.21",   "leat_one<1.20.3", "leat_one==1.20",        "leat_one!=1.20.3", "leat_one~=1.21",
                          "leat_one~=1.19.1", "leat_one==1.2.*", "leat_no_such[x]>=1,<3", "leat_one",         "leat_no_such_2"};
  const std::string text = refusal(options);
  for (const char* line : {"leat_one>=1.21: version 1.20.3 is installed", "leat_one<1.20.3: version", "leat_one==1.20: version",
                           "leat_one!=1.20.3: version", "leat_one~=1.21: version", "leat_one~=1.19.1: version",
                           "leat_one==1.2.*: version", "leat_no_such[x]>=1,<3: not installed", "leat_no_such_2: not installed"})
    CHECK_MESSAGE(contains(text, line), line);
  CHECK(!contains(text, "leat_one: "));
  CHECK(contains(text, interpreter() + " -m pip install 'leat_one>=1.21'"));
  CHECK(contains(text, " 'leat_no_such_2'"));
}

TEST_CASE("modules to preload are imported once, before the workers are forked") {
  const folder temp;
  temp.write("leat_preloaded.py", "import os\npid = os.getpid()\nopen(os.environ['RAN'], 'a').write('x')\n");
  auto options = with_os(2);
  options.path = {temp.path()};
  options.preload = {"leat_preloaded"};
  options.variables = {{"RAN", temp / "ran"}};
  {
    const leat::python py(options);
    CHECK(answer(py, "sys.modules['leat_preloaded'].pid == os.getppid()") == "True");
    (void)(up_to(50) | py.map<int>("lambda x: time.sleep(0.001) or x") | leat::sum());
    CHECK(temp.read("ran") == "x");
  }
  std::filesystem::remove(temp / "ran");
  options.start = leat::start_method::spawn;
  options.workers = 1;
  CHECK(answer(leat::python(options), "sys.modules['leat_preloaded'].pid == os.getpid()") == "True");
  CHECK(temp.read("ran") == "x");
}

TEST_CASE("behaviour 21: a module to preload that is missing or fails is named, in a fork and in a fresh worker") {
  const folder temp;
  temp.write("leat_failing.py", "raise OSError('no licence')\n");
  temp.write("leat_exits.py", "import sys\nsys.exit(3)\n");
  auto options = quiet(1);
  options.path = {temp.path()};
  for (const auto start : {leat::start_method::fork, leat::start_method::spawn}) {
    options.start = start;
    options.preload = {"math", "leat_no_such_package.part"};
    const std::string lost = refusal(options);
    CHECK_MESSAGE(contains(lost, "lacks the package 'leat_no_such_package'"), lost);
    CHECK(contains(lost, interpreter() + " -m pip install leat_no_such_package"));
    options.preload = {"leat_failing"};
    const std::string failing = refusal(options);
    CHECK_MESSAGE(contains(failing, "importing 'leat_failing' failed"), failing);
    CHECK(contains(failing, "no licence"));
    CHECK(contains(failing, "leat_failing.py\", line 1"));
    options.preload = {"leat_exits"};
    CHECK(contains(refusal(options), "SystemExit: 3"));
  }
}

TEST_CASE("behaviour 38: a module to preload that starts threads is refused for fork, and runs with spawn") {
  const folder temp;
  temp.write("leat_threads.py", R"(
import threading
threading.Thread(target=threading.Event().wait, daemon=True).start()
)");
  temp.write("leat_ended_thread.py", R"(
import threading
thread = threading.Thread(target=len, args=((),))
thread.start()
thread.join()
)");
  auto options = with_os();
  options.path = {temp.path()};
  options.preload = {"leat_ended_thread"};
  CHECK(answer(leat::python(options), "'leat_ended_thread' in sys.modules") == "True");
  options.preload = {"math", "leat_threads"};
  const std::string text = refusal(options);
  CHECK_MESSAGE(contains(text, "importing 'leat_threads' has started 1 thread"), text);
  CHECK(contains(text, "start_method::spawn"));
  options.start = leat::start_method::spawn;
  CHECK(answer(leat::python(options), "__import__('threading').active_count()") == "2");
}

TEST_CASE("init and exit are called once a worker, in any form of a function") {
  const folder temp;
  temp.write("leat_hooks.py", "import os\ndef end(): open(os.environ['NOTES'], 'a').write('module ')\n");
  const auto source = leat::source_text("import os\ndef begin():\n    import builtins\n    builtins.ready = os.getpid()\n");
  auto options = with_os();
  options.path = {temp.path()};
  options.variables = {{"NOTES", temp / "notes"}};
  for (const auto start : {leat::start_method::fork, leat::start_method::spawn}) {
    options.start = start;
    options.init = {"begin", source};
    options.exit = "leat_hooks:end";
    const leat::python py(options);
    for (int i = 0; i < 2; ++i) CHECK(answer(py, "ready == os.getpid()") == "True");
  }
  CHECK(temp.read("notes") == "module module ");
  options.exit = "lambda: print('bye') or 1 / 0";
  log_lines log;
  options.log = log.callback();
  CHECK(answer(leat::python(options), "1") == "1");
  CHECK(log.count("bye") == 1);
  CHECK(log.count("ZeroDivisionError: division by zero") == 1);
  CHECK(log.count("python_options.exit failed: ZeroDivisionError: division by zero") == 1);
}

TEST_CASE("an init that fails fails the first session, and the next worker tries again") {
  const folder temp;
  auto options = with_os();
  options.init = {"begin", leat::source_text("import os\ndef begin():\n    if os.path.exists('" + temp / "go" +
                                                 "'): return\n    raise OSError(2, 'no model')\n",
                                             "/tmp/hooks.py")};
  options.exit = {"end", leat::source_text("def end(): open('" + temp / "ended" + "', 'w')\n")};
  {
    const leat::python py(options);
    for (int i = 0; i < 3; ++i) {
      const auto e = thrown<leat::start_failed>([&] { answer(py, "1"); });
      CHECK(contains(e.what(), "the worker cannot begin"));
      CHECK(contains(e.what(), "no model"));
      CHECK(contains(e.what(), "/tmp/hooks.py\", line 4, in begin"));
    }
    CHECK(!temp.has("ended"));
    temp.write("go", "");
    CHECK(answer(py, "1") == "1");
  }
  CHECK(temp.has("ended"));
  options.init = "leat_no_such_package:f";
  CHECK(contains(refusal(options), " -m pip install leat_no_such_package"));
  options.init = "lambda: sys.exit(4)";
  CHECK(thrown<leat::worker_exited>([&] { answer(leat::python(options), "1"); }).code() == 4);
}

TEST_CASE("a worker's variables follow its number, which its replacement takes over") {
  for (const auto start : {leat::start_method::fork, leat::start_method::spawn}) {
    auto options = with_os(2);
    options.start = start;
    options.worker_variables = {{"CUDA_VISIBLE_DEVICES", {"0", "1"}}, {"LEAT_TEST_ONE", {"same"}}};
    const leat::python py(options);
    const auto seen = [&] {
      const auto all = up_to(40) |
                       py.map<std::string>(
                           "lambda x: time.sleep(0.01) or os.environ['CUDA_VISIBLE_DEVICES'] + "
                           "os.environ['LEAT_TEST_ONE'] + str(os.getpid())") |
                       leat::to_vector();
      return std::set<std::string>(all.begin(), all.end());
    };
    auto before = seen();
    CHECK(before.size() == 2);
    CHECK(before.begin()->substr(0, 5) == "0same");
    CHECK(std::prev(before.end())->substr(0, 5) == "1same");
    for (int round = 0; round < 3; ++round) {
      const std::string victim = round < 2 ? *before.begin() : *std::prev(before.end());
      end(static_cast<pid_t>(std::stol(victim.substr(5))));
      const auto after = seen();
      CHECK(after.size() >= 2);  // three where the death was seen in the middle of it
      CHECK(std::none_of(after.begin(), after.end(), [&](auto const& s) { return s == victim; }));
      std::set<std::string> values;
      for (auto const& s : after) values.insert(s.substr(0, 1));
      CHECK(values == std::set<std::string>{"0", "1"});
      before = after;
    }
  }
}

}  // namespace
}  // namespace python_environment_environment
