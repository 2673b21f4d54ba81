// SPDX-License-Identifier: BSL-1.0
// What the headers cost users when they compile: seconds of CPU and peak memory of the compiler ($CXX, or g++), at -O0 and -O2.
//   NAME.hpp     a file that includes it and nothing else, against boost/process/child.hpp or range/v3/all.hpp alone;
//   `separate`
//                is with LEAT_SEPARATE_COMPILATION
//   chain/N      one more pipeline of N stages and a sum: ten different ones in a file, less the bare header, by ten; against
//                the same in range-v3
//   dataset      one more dataset of five stages: ten different ones in a file, less leat/leat.hpp, by ten; against that header
// Each is the least of three runs (--quick: of one, and -O0 only).
#include "bench.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>

namespace {

struct cost {
  double seconds, megabytes;
};

class compiler {
 public:
  compiler(std::size_t runs, std::string level) : runs_(runs), level_(std::move(level)) {
    char name[] = "/tmp/leat-compile-XXXXXX";
    if (::mkdtemp(name) == nullptr) fail("no folder in /tmp");
    folder_ = name;
  }
  compiler(const compiler&) = delete;
  ~compiler() { std::filesystem::remove_all(folder_); }

  cost operator()(const std::string& source, bool separate = false) const {
    const std::string path = folder_ / "file.cpp";
    std::ofstream(path) << source;
    cost least{1e9, 0};
    for (std::size_t i = 0; i < runs_; ++i) {
      const cost one = once(path, separate);
      if (one.seconds < least.seconds) least = one;
    }
    return least;
  }

 private:
  [[noreturn]] static void fail(const std::string& why) {
    std::fprintf(stderr, "compile_time: %s\n", why.c_str());
    std::exit(1);
  }

  cost once(const std::string& path, bool separate) const {
    const char* const set = std::getenv("CXX");
    const std::string name = set != nullptr ? set : "g++", include = std::string("-I") + LEAT_BENCH_FOLDER + "/../include";
    std::vector<const char*> args{name.c_str(), "-std=c++20", level_.c_str(), include.c_str(),
                                  "-c",         path.c_str(), "-o",           "/dev/null"};
    if (separate) args.push_back("-DLEAT_SEPARATE_COMPILATION");
    args.push_back(nullptr);
    const pid_t child = ::fork();
    if (child == 0) {
      ::execvp(args[0], const_cast<char**>(args.data()));
      ::_exit(127);
    }
    int status = 0;
    rusage used{};
    if (child < 0 || ::wait4(child, &status, 0, &used) != child || status != 0) fail(name + " does not compile " + path);
    const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec); };
    return {seconds(used.ru_utime) + seconds(used.ru_stime), static_cast<double>(used.ru_maxrss) / 1024};
  }

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

}  // namespace

int main(int argc, char** argv) {
  const bool quick = bench::quick(argc, argv);
  std::puts("case\tpeer\tleat seconds\tpeer seconds\tratio\tleat MB\tpeer MB");
  for (const std::string level : {"-O0", "-O2"}) {
    if (quick && level != "-O0") break;
    const compiler compile(quick ? 1 : 3, level);
    const std::string with = ", " + level;
    const cost process = compile(including("boost/process/child.hpp")), range_v3 = compile(including("range/v3/all.hpp"));
    const cost leat = compile(including("leat/leat.hpp")), native = compile(including("leat/native.hpp"));
    row("leat.hpp" + with, "boost/process/child.hpp", leat, process);
    row("leat.hpp, separate" + with, "boost/process/child.hpp", compile(including("leat/leat.hpp"), true), process);
    row("msgpack.hpp and leat.hpp" + with, "boost/process/child.hpp",
        compile(including("leat/leat.hpp") + including("leat/wire/msgpack.hpp")), process);
    row("native.hpp" + with, "range/v3/all.hpp", native, range_v3);
    row("native.hpp, separate" + with, "range/v3/all.hpp", compile(including("leat/native.hpp"), true), range_v3);
    for (const int n : {5, 10, 12, 20}) {
      const cost ours = compile(ten(including("leat/native.hpp"), [&](int i) {
        return std::string("v") + stages("leat::map", "leat::filter", n, i) + " | leat::sum<long>()";
      }));
      const cost theirs = compile(ten(including("range/v3/all.hpp"), [&](int i) {
        return std::string("ranges::accumulate(v") + stages("ranges::views::transform", "ranges::views::filter", n, i) +
               ", 0L)";
      }));
      row("chain/" + std::to_string(n) + with, "range-v3", each_of_ten(ours, native), each_of_ten(theirs, range_v3));
    }
    const cost datasets = compile(ten(including("leat/leat.hpp") + "leat::context& ctx();\n", [&](int i) {
      return std::string("ctx().parallelize(v)") + stages("leat::map", "leat::filter", 5, i) + " | leat::sum<long>()";
    }));
    row("dataset" + with, "leat/leat.hpp", each_of_ten(datasets, leat), leat);
  }
}
