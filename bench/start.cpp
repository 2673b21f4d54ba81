// SPDX-License-Identifier: BSL-1.0
// How long the first Python result takes. Cases and peers:
//   first_result  a context, a leat::python and one result; against a bare interpreter that does nothing (python3 -S) and an
//                 interpreter that makes a multiprocessing.Pool(2) and maps one element (Pool). What ends afterwards is not
//                 timed. From the second start on the worker's code is there compiled, as in a user's ~/.cache/leat.
//   first_result_cold   the same, compiled anew at each start.
//   big_parent    one more worker and its first result in a program that has touched 4 GB (1 with --quick); against an
//                 interpreter started by fork and exec, as Boost.Process does by default (direct), up to its first answer.
#include <leat/leat.hpp>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <thread>
#include <vector>

#include <sys/mman.h>

#include "bench.hpp"
#include "child.hpp"

namespace {

const std::vector<int> one{20};

leat::python_options options() { return {.interpreter = bench::interpreter(), .workers = 2}; }

void first_result(const char* name, std::size_t rounds) {
  const std::string pool =
      "from multiprocessing import Pool\n"
      "def f(x): return x * 2 + 1\n"
      "with Pool(2) as pool: print(pool.map(f, [20])[0], flush=True)";
  const auto times = bench::interleaved(
      rounds,
      [&] {
        std::optional<leat::context> ctx;
        std::optional<leat::python<>> py;
        int result = 0;
        const double t = bench::seconds([&] {
          ctx.emplace(leat::context_options{.slots = 2});
          py.emplace(options());
          result = ctx->parallelize(one, 1) | py->map<int>("lambda x: x * 2 + 1") | leat::sum();
        });
        bench::check(name, result, 41);
        return t;
      },
      [] { return bench::seconds([] { bench::child({bench::interpreter(), "-S", "-c", "pass"}).wait(); }); },
      [&] {
        std::optional<bench::child> other;
        std::string answer;
        const double t = bench::seconds([&] {
          other.emplace(std::vector<std::string>{bench::interpreter(), "-c", pool});
          answer = other->line();
        });
        bench::check<std::string>("Pool", answer, "41\n");
        return t;
      });
  bench::row(name, "python3 -S", times[0], times[1]);
  bench::row(name, "Pool", times[0], times[2]);
}

/// Memory in ordinary pages, every one of them written.
class touched {
 public:
  explicit touched(std::size_t bytes) : bytes_(bytes) {
    at_ = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at_ == MAP_FAILED) std::perror("mmap"), std::exit(1);
    ::madvise(at_, bytes_, MADV_NOHUGEPAGE);
    for (std::size_t i = 0; i < bytes_; i += 4096) static_cast<volatile char*>(at_)[i] = 1;
  }
  touched(const touched&) = delete;
  ~touched() { ::munmap(at_, bytes_); }

 private:
  std::size_t bytes_;
  void* at_;
};

void big_parent(std::size_t bytes, std::size_t rounds) {
  const leat::python<> py(options());
  auto result = [&] { return one | py.map<int>("lambda x: x * 2 + 1") | leat::sum(); };
  bench::check("big_parent", result(), 41);
  const touched memory(bytes);
  const auto times = bench::interleaved(
      rounds,
      [&] {
        for (const pid_t pid : py.worker_pids()) ::kill(pid, SIGKILL);  // so that the next run needs a new worker
        while (!py.worker_pids().empty()) std::this_thread::yield();
        int got = 0;
        const double t = bench::seconds([&] { got = result(); });
        bench::check("big_parent", got, 41);
        return t;
      },
      [] {
        std::optional<bench::child> other;
        std::string answer;
        const double t = bench::seconds([&] {
          other.emplace(std::vector<std::string>{bench::interpreter(), "-c", "print(20 * 2 + 1)"}, bench::child::start::fork);
          answer = other->line();
        });
        bench::check<std::string>("direct", answer, "41\n");
        return t;
      });
  bench::row("big_parent", "direct", times[0], times[1]);
}

}  // namespace

int main(int argc, char** argv) try {
  const bool quick = bench::quick(argc, argv);
  bench::header();
  char cache[] = "/tmp/leat-bench-XXXXXX";
  if (::mkdtemp(cache) == nullptr) std::perror(cache), std::exit(1);
  ::setenv("LEAT_CACHE", cache, 1);
  first_result("first_result", quick ? 21 : 51);
  ::setenv("LEAT_CACHE", "off", 1);
  first_result("first_result_cold", quick ? 21 : 51);
  std::filesystem::remove_all(cache);
  big_parent((quick ? 1ull : 4ull) << 30, quick ? 11 : 21);
} catch (const std::exception& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
