// SPDX-License-Identifier: BSL-1.0
// What is shipped to workers, where it lies, and that nothing of it is left.
#include <leat/python/python.hpp>
#include <leat/sink/sum.hpp>
#include <leat/sink/to_vector.hpp>

#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "../support.hpp"

namespace python_environment_shipping {
namespace {

using namespace support;
using leat::inline_file;
using ints = std::vector<int>;
using strings = std::vector<std::string>;

/// A temporary folder for this process's private ones.
class elsewhere {
 public:
  elsewhere() { ::setenv("TMPDIR", here.path().c_str(), 1); }
  ~elsewhere() {
    if (before_)
      ::setenv("TMPDIR", before_->c_str(), 1);
    else
      ::unsetenv("TMPDIR");
  }
  std::vector<std::string> all() const {
    std::vector<std::string> names;
    for (auto const& entry : std::filesystem::directory_iterator(here.path()))
      if (entry.path().filename().string().rfind("leat-env-", 0) == 0) names.push_back(entry.path().string());
    return names;
  }
  const folder here{};

 private:
  const std::optional<std::string> before_ =
      std::getenv("TMPDIR") != nullptr ? std::optional<std::string>(std::getenv("TMPDIR")) : std::nullopt;
};

leat::python_options shipping_os() {
  auto options = quiet(1);
  options.imports = {"os", "sys"};
  return options;
}
std::string answer_in(const leat::python<>& py, const std::string& expression) {
  return (ints{1} | py.map<std::string>("lambda _: str((" + expression + "))") | leat::to_vector()).at(0);
}
unsigned mode_of(const std::string& path) {
  struct stat facts{};
  REQUIRE(::stat(path.c_str(), &facts) == 0);
  return facts.st_mode & 07777u;
}

/// Writes zip files: from a list of (name, mode, text), where a mode of 0 means that the archive knows none.
void zip(const std::string& path, const std::string& entries) {
  const leat::python py(quiet(1));
  const auto source = leat::source_text(R"(
import warnings, zipfile
def write(path, entries):
    warnings.simplefilter('ignore')
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as file:
        for name, mode, text in eval(entries):
            info = zipfile.ZipInfo('placeholder')
            info.filename, info.external_attr = name, mode << 16 or 1
            file.writestr(info, text)
    return 1
)");
  REQUIRE((strings{path} | py.map<int>("write", source).bind("entries", entries) | leat::sum()) == 1);
}

TEST_CASE("behaviour 17: files and folders are shipped under their own names, with their modes, and override others") {
  for (const auto start : {leat::start_method::fork, leat::start_method::spawn}) {
    const elsewhere temporary;
    const folder temp;
    temp.write("other/leat_same.py", "where = 'path'\n");
    temp.write("new/leat_same.py", "where = 'shipped'\n");
    temp.write("leat_package/__init__.py", "");
    temp.write("leat_package/deep/er/__init__.py", "def f(x): return x + 1\n");
    temp.write("leat_package/deep/data.txt", "table");
    temp.write("leat_package/__pycache__/junk.pyc", "junk");
    temp.write("tool.sh", "#!/bin/sh\necho tool\n", true);
    std::filesystem::create_symlink(temp / "tool.sh", temp / "leat_package/link");
    ::chmod((temp / "leat_package/deep/data.txt").c_str(), 0640);
    auto options = shipping_os();
    options.start = start;
    options.path = {temp / "other"};
    options.files = {temp / "new/leat_same.py", temp / "leat_package/", temp / "tool.sh",
                     inline_file("leat_package/given.py", "text = 'ünï'\n"), inline_file("conf/a/b.json", "{}")};
    {
      const leat::python py(options);
      const std::string files = answer_in(py, "os.environ['LEAT_FILES']");
      CHECK(answer_in(py, "sys.path[:2]") == "['" + files + "', '" + temp / "other" + "']");
      CHECK(answer_in(py, "__import__('leat_same').where") == "shipped");
      CHECK((ints{1} | py.map<int>("leat_package.deep.er:f") | leat::sum()) == 2);
      CHECK(answer_in(py, "__import__('leat_package.given').given.text") == "ünï");
      CHECK(answer_in(py, "open(os.environ['LEAT_FILES'] + '/leat_package/deep/data.txt').read()") == "table");
      CHECK(answer_in(py, "os.popen(os.environ['LEAT_FILES'] + '/tool.sh').read()") == "tool\n");
      CHECK(mode_of(files + "/leat_package/deep/data.txt") == 0640);
      CHECK(mode_of(files + "/tool.sh") == 0755);
      CHECK(std::filesystem::is_regular_file(std::filesystem::symlink_status(files + "/leat_package/link")));
      CHECK(std::filesystem::is_regular_file(files + "/conf/a/b.json"));
      CHECK(!std::filesystem::exists(files + "/leat_package/__pycache__/junk.pyc"));
      REQUIRE(temporary.all().size() == 1);
      CHECK(mode_of(temporary.all().at(0)) == 0700);
    }
    CHECK(temporary.all().empty());
  }
}

TEST_CASE("what cannot be shipped is named at once, and leaves nothing") {
  const elsewhere temporary;
  const folder temp;
  REQUIRE(::mkfifo((temp / "fifo").c_str(), 0600) == 0);
  std::filesystem::create_directories(temp / "loop");
  std::filesystem::create_symlink(temp / "loop", temp / "loop/again");
  temp.write("a/x.py", "1");
  const auto refused = [&](std::vector<leat::shipped_file> files) {
    auto options = shipping_os();
    options.files = std::move(files);
    return std::string(thrown<leat::input_error>([&] { leat::python py(options); }).what());
  };
  const std::string here = std::filesystem::current_path().string();
  CHECK(contains(refused({"no/such.py"}), "cannot ship " + here + "/no/such.py: No such file"));
  CHECK(contains(refused({temp / "a", temp / "fifo"}), "neither a file nor a folder"));
  CHECK(contains(refused({temp / "loop"}), "a link in it leads back"));
  auto options = shipping_os();
  options.archives = {temp / "none.zip"};
  CHECK(contains(thrown<leat::input_error>([&] { leat::python py(options); }).what(), temp / "none.zip"));
  options.archives = {};
  options.files = {temp / "a", inline_file("a/x.py", "2")};
  CHECK(contains(thrown<leat::usage_error>([&] { leat::python py(options); }).what(), "two files as a/x.py"));
  CHECK(temporary.all().empty());
  ::setenv("TMPDIR", "/no/such/folder", 1);
  CHECK(contains(thrown<leat::output_error>([&] { leat::python py(options); }).what(), "/no/such/folder"));
}

TEST_CASE("behaviour 17: zip files and wheels are unpacked with their modes, in front of sys.path") {
  const elsewhere temporary;
  const folder temp;
  zip(temp / "code.zip",
      "[('leat_zipped/', 0o040755, ''), ('leat_zipped/__init__.py', 0o100644, 'def f(x): return x * 2'), ('bin/run', 0o100755, "
      "'#!/bin/sh\\necho ran'), ('plain.txt', 0, 'data'), ('ns/one.py', 0, 'v = 1'), ('empty/', 0o040700, '')]");
  zip(temp / "leat_wheel-1.5-py3-none-any.whl",
      "[('leat_wheel.py', 0, 'v = 5'), ('ns/two.py', 0, 'v = 2'), ('leat_wheel-1.5.data/purelib/inner/pure.py', 0, 'v = 6'), "
      "('leat_wheel-1.5.data/scripts/go', 0o100755, ''), ('leat_wheel-1.5.dist-info/METADATA', 0, 'Metadata-Version: "
      "2.1\\nName: leat-wheel\\nVersion: 1.5\\n')]");
  auto options = shipping_os();
  options.archives = {temp / "code.zip", temp / "leat_wheel-1.5-py3-none-any.whl"};
  options.requirements = {"leat-wheel>=1.5"};
  for (const auto start : {leat::start_method::fork, leat::start_method::spawn}) {
    options.start = start;
    const leat::python py(options);
    CHECK((ints{1} | py.map<int>("leat_zipped:f") | leat::sum()) == 2);
    CHECK(answer_in(py, "__import__('leat_wheel').v, __import__('inner.pure').pure.v") == "(5, 6)");
    CHECK(answer_in(py, "__import__('ns.one').one.v, __import__('ns.two').two.v") == "(1, 2)");
    CHECK(answer_in(py, "os.popen(os.environ['LEAT_ARCHIVES'] + '/code.zip/bin/run').read()") == "ran\n");
    CHECK(answer_in(py, "oct(os.stat(os.environ['LEAT_ARCHIVES'] + '/code.zip/plain.txt').st_mode & 0o777)") == "0o644");
    CHECK(answer_in(py, "os.path.isdir(os.environ['LEAT_ARCHIVES'] + '/code.zip/empty')") == "True");
    // The daemon that replaces a killed one finds them unpacked.
    end(py.daemon_pid());
    CHECK((ints{1} | py.map<int>("leat_zipped:f") | leat::sum()) == 2);
  }
  CHECK(temporary.all().empty());
}

TEST_CASE("archives that would write elsewhere, or are none, are refused by name") {
  const elsewhere temporary;
  const folder temp;
  struct row {
    const char *entries, *part;
  };
  const row rows[] = {
      {"[('../out.py', 0, '')]", "'../out.py' leads out"},
      {"[('a/../../out.py', 0, '')]", "'a/../../out.py' leads out"},
      {"[('/tmp/leat-out.py', 0, '')]", "'/tmp/leat-out.py' leads out"},
      {"[('a\\\\b.py', 0, '')]", "leads out"},
      {"[('link', 0o120777, '/etc'), ('link/x', 0, '')]", "'link' is a link"},
      {"[('pipe', 0o010644, '')]", "'pipe' is a link or a device"},
      {"[('twice.py', 0, '1'), ('twice.py', 0, '2')]", "holds 'twice.py' twice"},
      {"[('f', 0, '1'), ('f/x', 0, '2')]", "cannot unpack bad.zip"},
  };
  auto options = shipping_os();
  options.archives = {temp / "bad.zip"};
  for (auto const& [entries, part] : rows) {
    CAPTURE(entries);
    zip(temp / "bad.zip", entries);
    const std::string text = thrown<leat::start_failed>([&] { answer_in(leat::python(options), "1"); }).what();
    CHECK_MESSAGE(contains(text, part), text);
    CHECK(contains(text, "python_options.archives"));
  }
  temp.write("bad.zip", "this is no zip file");
  CHECK(contains(thrown<leat::start_failed>([&] { answer_in(leat::python(options), "1"); }).what(), "not a zip file"));
  CHECK(temporary.all().empty());
}

TEST_CASE("a new object sees new content; one that exists keeps what it was made with") {
  const elsewhere temporary;
  const folder temp;
  temp.write("leat_changing.py", "v = 1\n");
  auto options = shipping_os();
  options.files = {temp / "leat_changing.py"};
  const leat::python before(options);
  temp.write("leat_changing.py", "v = 2\n");
  CHECK(answer_in(before, "__import__('leat_changing').v") == "1");
  const leat::python after(options);
  CHECK(answer_in(after, "__import__('leat_changing').v") == "2");
  end(before.daemon_pid());
  CHECK(answer_in(before, "__import__('leat_changing').v") == "1");
}

TEST_CASE("behaviours 17 and 35: nothing is left when the daemon, the host, or both are killed") {
  const elsewhere temporary;
  auto options = shipping_os();
  options.files = {inline_file("leat_shipped.py", "v = 1\n")};
  {
    const leat::python py(options);
    CHECK(answer_in(py, "__import__('leat_shipped').v") == "1");
    end(py.daemon_pid());
    CHECK(eventually([&] { return py.daemon_pid() < 0; }));
  }
  CHECK(temporary.all().empty());
  {
    auto py = std::make_unique<leat::python<>>(options);
    const pid_t child = ::fork();
    if (child == 0) {
      py = nullptr;  // removes nothing
      std::_Exit(0);
    }
    ::waitpid(child, nullptr, 0);
    CHECK(answer_in(*py, "__import__('leat_shipped').v") == "1");
  }
  CHECK(temporary.all().empty());

  for (const bool both : {false, true}) {
    const pid_t host = ::fork();
    if (host == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // should this test end first
      const leat::python py(options);
      answer_in(py, "1");
      std::ofstream(temporary.here / "daemon.tmp") << py.daemon_pid();
      std::filesystem::rename(temporary.here / "daemon.tmp", temporary.here / "daemon");
      for (;;) ::pause();
    }
    CHECK(eventually([&] { return temporary.here.has("daemon"); }));
    const pid_t daemon = std::stoi(temporary.here.read("daemon"));
    std::filesystem::remove(temporary.here / "daemon");
    REQUIRE(temporary.all().size() == 1);
    const std::string left = temporary.all().at(0);
    if (both) end(daemon, SIGSTOP);
    end(host);
    ::waitpid(host, nullptr, 0);
    if (!both) {
      CHECK(eventually([&] { return temporary.all().empty(); }));
      continue;
    }
    end(daemon);
    CHECK(eventually([&] { return !alive(daemon); }));
    CHECK(temporary.all() == strings{left});  // until the next one is made, which spares what may be just being made
    {
      const leat::python py(options);
    }
    CHECK(temporary.all() == strings{left});
    const timeval old[2] = {{1'000'000'000, 0}, {1'000'000'000, 0}};
    REQUIRE(::utimes(left.c_str(), old) == 0);
    {
      const leat::python living(options);
      for (auto const& path : temporary.all()) REQUIRE(::utimes(path.c_str(), old) == 0);
      const leat::python other(options);
      CHECK(temporary.all().size() == 2);
      CHECK(!std::filesystem::exists(left));
      CHECK(answer_in(living, "__import__('leat_shipped').v") == "1");
    }
    CHECK(temporary.all().empty());
  }
}

TEST_CASE("a host that is killed while its daemon imports or unpacks leaves no process") {
  const elsewhere temporary;
  auto options = shipping_os();
  options.files = {inline_file("leat_slow.py", R"(
import os
open(os.environ['TMPDIR'] + '/pid.tmp', 'w').write(str(os.getpid()))
os.rename(os.environ['TMPDIR'] + '/pid.tmp', os.environ['TMPDIR'] + '/pid')
sum(range(10 ** 13))  # holds the GIL in native code
)")};
  options.preload = {"leat_slow"};
  const pid_t host = ::fork();
  if (host == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const leat::python py(options);
    for (;;) ::pause();
  }
  CHECK(eventually([&] { return temporary.here.has("pid"); }));
  const pid_t daemon = std::stoi(temporary.here.read("pid"));
  CHECK(alive(daemon));
  end(host);
  ::waitpid(host, nullptr, 0);
  CHECK(eventually([&] { return !alive(daemon); }));
  CHECK(eventually([&] { return temporary.all().empty(); }));
}

TEST_CASE("a profile names the functions that took most time in all workers, and its file is read by pstats") {
  const elsewhere temporary;
  const folder temp;
  auto options = shipping_os();
  options.workers = 2;
  options.profile = true;
  options.imports = {"os", "time", "pstats"};
  const auto source = leat::source_text(
      "import time\ndef slow(x):\n    return inner(x)\ndef inner(x):\n    time.sleep(0.002)\n"
      "    return x\n",
      "/tmp/profiled.py");
  {
    const leat::python py(options);
    CHECK((up_to(100) | py.map<int>("slow", source) | leat::sum()) == 4950);
    CHECK((up_to(10) | py.map<int>("slow", source) | leat::sum()) == 45);
    const std::string text = py.profile(temp / "all.prof");
    CHECK_MESSAGE(contains(text, "profiled.py:2(slow)"), text);
    CHECK(contains(text, "time.sleep"));
    CHECK(!contains(text, "session.py"));
    const std::string calls = "[v[0] for k, v in pstats.Stats('" + temp / "all.prof" + "').stats.items() if k[2] == 'inner']";
    CHECK(answer_in(py, calls) == "[110]");
    CHECK(contains(py.profile(), "profiled.py:4(inner)"));
    CHECK_THROWS_AS(py.profile("/no/such/folder/all.prof"), leat::python_error);
  }
  CHECK(temporary.all().empty());
  const leat::python without(shipping_os());
  CHECK(contains(thrown<leat::usage_error>([&] { (void)without.profile(); }).what(), "python_options.profile"));
}

}  // namespace
}  // namespace python_environment_shipping
