// SPDX-License-Identifier: BSL-1.0
// What the headers cost users when they compile: seconds of CPU and peak memory of the compilers ($CXX, or g++ and clang++-19
// where that is there), at -O0 and -O1.
//   NAME.hpp     a file that includes it and nothing else, against boost/process/child.hpp or range/v3/all.hpp alone; with
//                `separate`, LEAT_SEPARATE_COMPILATION is defined
//   py.map       a file with one Python stage over a vector, from leat/python.hpp
//   chain/N      one more pipeline of N stages and a sum: ten different ones in a file, less the bare header, by ten; against
//                the same in range-v3
//   one more     of a Python stage or call, each of other types, or a dataset of five stages: eleven of them in a file, less
//                one in a file, by ten; against leat/leat.hpp
//   rejected     the files of tests/reject that include one header, until the compiler has said why; against that header
// Each is the least of three runs (--quick: of one, -O0 and one compiler only).
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.hpp"

namespace {

struct cost {
  double seconds, megabytes;
};

class compiler {
 public:
  compiler(std::string name, std::size_t runs, std::string level)
      : name_(std::move(name)), runs_(runs), level_(std::move(level)) {
    char made[] = "/tmp/leat-compile-XXXXXX";
    if (::mkdtemp(made) == nullptr) fail("no folder in /tmp");
    folder_ = made;
  }
  compiler(const compiler&) = delete;
  ~compiler() { std::filesystem::remove_all(folder_); }

  cost operator()(const std::string& source, bool separate = false) const {
    const std::string path = folder_ / "file.cpp";
    std::ofstream(path) << source;
    return file(path, separate, true);
  }
  /// A file that compiles, or that must not.
  cost file(const std::string& path, bool separate, bool right) const {
    cost least{1e9, 0};
    for (std::size_t i = 0; i < runs_; ++i) {
      const cost one = once(path, separate, right);
      if (one.seconds < least.seconds) least = one;
    }
    return least;
  }

 private:
  [[noreturn]] static void fail(const std::string& why) {
    std::fprintf(stderr, "compile_time: %s\n", why.c_str());
    std::exit(1);
  }

  cost once(const std::string& path, bool separate, bool right) const {
    const std::string include = std::string("-I") + LEAT_BENCH_FOLDER + "/../include";
    std::vector<const char*> args{name_.c_str(), "-std=c++20", level_.c_str(), include.c_str(),
                                  "-c",          path.c_str(), "-o",           "/dev/null"};
    if (separate) args.push_back("-DLEAT_SEPARATE_COMPILATION");
    args.push_back(nullptr);
    const pid_t child = ::fork();
    if (child == 0) {
      if (!right) ::dup2(::open("/dev/null", O_WRONLY), 2);
      ::execvp(args[0], const_cast<char**>(args.data()));
      ::_exit(127);
    }
    int status = 0;
    rusage used{};
    if (child < 0 || ::wait4(child, &status, 0, &used) != child || (status == 0) != right)
      fail(name_ + (right ? " does not compile " : " compiles ") + path);
    const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec); };
    return {seconds(used.ru_utime) + seconds(used.ru_stime), static_cast<double>(used.ru_maxrss) / 1024};
  }

  std::string name_;
  std::size_t runs_;
  std::string level_;
  std::filesystem::path folder_;
};

void row(const std::string& name, const char* peer, cost leat, cost other) {
  std::printf("%s\t%s\t%.3g\t%.3g\t%.2f\t%.0f\t%.0f\n", name.c_str(), peer, leat.seconds, other.seconds,
              other.seconds / leat.seconds, leat.megabytes, other.megabytes);
  std::fflush(stdout);
}

std::string including(const std::string& header) { return std::string("#include <") + header + ">\n"; }

/// Ten functions; `body(i)` is the expression that the ith returns, of `std::vector<int> v`.
std::string ten(const std::string& headers, const std::function<std::string(int)>& body) {
  std::string source = headers + "#include <vector>\n";
  for (int i = 0; i < 10; ++i)
    source += "long f" + std::to_string(i) + "(const std::vector<int>& v) { return " + body(i) + "; }\n";
  return source;
}

std::string stages(const char* map, const char* filter, int n, int i) {
  std::string chain;
  for (int s = 0; s < n; ++s)
    chain += s % 2 == 0 ? std::string(" | ") + map + "([](int x) { return x + " + std::to_string(i + s) + "; })"
                        : std::string(" | ") + filter + "([](int x) { return x % " + std::to_string(i + s + 2) + " != 0; })";
  return chain;
}

cost each_of_ten(cost all, cost bare) { return {(all.seconds - bare.seconds) / 10, all.megabytes}; }

/// What one more function costs: `body(i)` is the ith one.
cost one_more(const compiler& compile, bool separate, const std::string& headers, const std::function<std::string(int)>& body) {
  std::string one, all;
  for (int i = 0; i < 11; ++i) {
    all += body(i);
    if (i == 0) one = all;
  }
  return each_of_ten(compile(headers + all, separate), compile(headers + one, separate));
}

const char* const types[] = {"int",
                             "double",
                             "std::string",
                             "std::vector<int>",
                             "std::pair<int, double>",
                             "std::vector<std::string>",
                             "std::tuple<int, long, double>",
                             "std::vector<double>",
                             "bool",
                             "std::pair<std::string, long>",
                             "std::optional<int>",
                             "unsigned"};

/// The files of tests/reject that include a header first, by that header.
std::map<std::string, std::vector<std::string>> rejected() {
  std::map<std::string, std::vector<std::string>> all;
  for (auto const& entry : std::filesystem::directory_iterator(std::string(LEAT_BENCH_FOLDER) + "/../tests/reject")) {
    std::ifstream in(entry.path());
    for (std::string line; entry.path().extension() == ".cpp" && std::getline(in, line);)
      if (line.rfind("#include <leat/", 0) == 0) {
        all[line.substr(10, line.find('>') - 10)].push_back(entry.path());
        break;
      }
  }
  return all;
}

void measure(const std::string& name, bool quick, const std::string& level) {
  const compiler compile(name, quick ? 1 : 3, level);
  const std::string with = ", " + name + " " + level;
  const cost process = compile(including("boost/process/child.hpp")), range_v3 = compile(including("range/v3/all.hpp"));
  const cost leat = compile(including("leat/leat.hpp")), native = compile(including("leat/native.hpp"));
  const cost apart = compile(including("leat/leat.hpp"), true);
  const char* const child = "boost/process/child.hpp";
  row("leat.hpp" + with, child, leat, process);
  row("leat.hpp, separate" + with, child, apart, process);
  row("python.hpp" + with, child, compile(including("leat/python.hpp")), process);
  row("python.hpp, separate" + with, child, compile(including("leat/python.hpp"), true), process);
  const std::string stage = including("leat/python.hpp") + including("vector") +
                            "long f(const leat::python<>& py, const std::vector<int>& v) {\n"
                            "  return v | py.map<long>(\"lambda x: x + 1\") | leat::sum();\n}\n";
  row("py.map" + with, child, compile(stage), process);
  row("py.map, separate" + with, child, compile(stage, true), process);
  row("msgpack.hpp and leat.hpp" + with, child, compile(including("leat/leat.hpp") + including("leat/wire/msgpack.hpp")),
      process);
  row("native.hpp" + with, "range/v3/all.hpp", native, range_v3);
  row("native.hpp, separate" + with, "range/v3/all.hpp", compile(including("leat/native.hpp"), true), range_v3);
  for (const int n : {5, 10, 12, 20}) {
    const cost ours = compile(ten(including("leat/native.hpp"), [&](int i) {
      return std::string("v") + stages("leat::map", "leat::filter", n, i) + " | leat::sum<long>()";
    }));
    const cost theirs = compile(ten(including("range/v3/all.hpp"), [&](int i) {
      return std::string("ranges::accumulate(v") + stages("ranges::views::transform", "ranges::views::filter", n, i) + ", 0L)";
    }));
    row("chain/" + std::to_string(n) + with, "range-v3", each_of_ten(ours, native), each_of_ten(theirs, range_v3));
  }
  const std::string headers = including("leat/leat.hpp") + "leat::context& ctx();\nextern const leat::python<> py;\n";
  for (const bool separate : {false, true}) {
    const auto more = [&](const char* what, const std::function<std::string(int)>& body) {
      row(std::string("one more ") + what + (separate ? ", separate" : "") + with, "leat/leat.hpp",
          one_more(compile, separate, headers, body), separate ? apart : leat);
    };
    more("stage", [](int i) {
      return "auto f" + std::to_string(i) + "(const std::vector<" + types[i] + ">& v) { return v | py.map<" + types[i + 1] +
             ">(\"lambda x: x\") | leat::to_vector(); }\n";
    });
    more("call", [](int i) {
      return "auto f" + std::to_string(i) + "(const " + types[i] + "& x) { return py.function<" + types[i + 1] + "(" +
             types[i] + ")>(\"lambda x: x\")(x); }\n";
    });
    more("dataset", [](int i) {
      return "auto f" + std::to_string(i) + "(const std::vector<int>& v) { return ctx().parallelize(v)" +
             stages("leat::map", "leat::filter", 5, i) + " | leat::sum<long>(); }\n";
    });
  }
  for (auto const& [header, files] : rejected()) {
    if (quick && header != "leat/leat.hpp" && header != "leat/python/python.hpp") continue;
    const cost bare = compile(including(header));
    cost mean{0, 0};
    for (auto const& path : files) {
      const cost one = compile.file(path, false, false);
      mean.seconds += one.seconds / static_cast<double>(files.size());
      mean.megabytes = std::max(mean.megabytes, one.megabytes);
    }
    row("rejected" + with, header.c_str(), mean, bare);
  }
}

/// Whether the shell finds this program.
bool there(const char* name) { return std::system((std::string("command -v ") + name + " > /dev/null").c_str()) == 0; }

}  // namespace

int main(int argc, char** argv) {
  const bool quick = bench::quick(argc, argv);
  std::vector<std::string> compilers{"g++"};
  if (const char* const set = std::getenv("CXX"))
    compilers = {set};
  else if (!quick && there("clang++-19"))
    compilers.push_back("clang++-19");
  std::puts("case\tpeer\tleat seconds\tpeer seconds\tratio\tleat MB\tpeer MB");
  for (auto const& name : compilers)
    for (const char* const level : {"-O0", "-O1"})
      if (!quick || std::string(level) == "-O0") measure(name, quick, level);
}
