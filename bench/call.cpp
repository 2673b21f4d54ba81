// SPDX-License-Identifier: BSL-1.0
// What a call of a Python function costs, with two workers. Cases and peers:
//   round_trip  an int to `lambda x: x` and back; socketpair: 64 bytes thrown to another process and back, and nothing else.
//   async_get   the same by `async(x).get()`, which goes through the thread of the pool.
//   small       eight threads that call `lambda x: x`; one_thread: that makes as many calls.
//   threads     eight threads that call a function of 100 microseconds, each waiting for its answer; ideal: two interpreters
//               that run half of the same calls each in a loop, at the same time (peers.py).
//   async       the same calls, from one thread that asks for all of them before it waits for the first.
//   batch       the same calls, given to `batch` at once.
#include <leat/leat.hpp>

#include <cstdint>
#include <future>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <sys/socket.h>

#include "bench.hpp"
#include "child.hpp"

namespace {

using integer = std::int64_t;

constexpr std::size_t workers = 2, callers = 8;
const std::string folder = LEAT_BENCH_FOLDER;

/// Two processes that throw 64 bytes to each other.
class ping_pong {
 public:
  ping_pong() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) std::perror("socketpair"), std::exit(1);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(ends[0]);
      char ball[64];
      while (::read(ends[1], ball, sizeof ball) == sizeof ball && ::write(ends[1], ball, sizeof ball) == sizeof ball) {
      }
      ::_exit(0);
    }
    ::close(ends[1]);
    end_ = ends[0];
  }
  ping_pong(const ping_pong&) = delete;
  ~ping_pong() {
    ::close(end_);
    ::waitpid(pid_, nullptr, 0);
  }

  void operator()() {
    char ball[64] = {};
    if (::write(end_, ball, sizeof ball) != sizeof ball || ::read(end_, ball, sizeof ball) != sizeof ball)
      std::perror("ping-pong"), std::exit(1);
  }

 private:
  int end_ = -1;
  pid_t pid_ = -1;
};

/// Seconds in which `callers` threads make `count` calls together, and the sum of what these return.
template <class F>
std::pair<double, integer> shared_out(std::size_t count, F f) {
  std::vector<integer> sums(callers);
  const double t = bench::seconds([&] {
    std::vector<std::thread> threads;
    for (std::size_t k = 0; k < callers; ++k)
      threads.emplace_back([&, k] {
        for (std::size_t i = k; i < count; i += callers) sums[k] += f(static_cast<integer>(i));
      });
    for (auto& thread : threads) thread.join();
  });
  integer sum = 0;
  for (const integer s : sums) sum += s;
  return {t, sum};
}

/// Seconds a call: of one thread that calls, and of the ping-pong. In short turns, since where the scheduler puts two
/// processes, on one core or on two, decides more than all else, and is the same for a while.
void round_trip(const leat::python<>& py, std::size_t rounds) {
  const auto same = py.function<integer(integer)>("lambda x: x");
  ping_pong bare;
  constexpr integer count = 500;
  const auto each = [](auto call) {
    return bench::seconds([&] {
             for (integer i = 0; i < count; ++i) call(i);
           }) /
           static_cast<double>(count);
  };
  const auto times = bench::interleaved(
      rounds, [&] { return each([&](integer i) { bench::check("round_trip", same(i), i); }); },
      [&] { return each([&](integer) { bare(); }); },
      [&] { return each([&](integer i) { bench::check("async", same.async(i).get(), i); }); });
  bench::row("round_trip", "socketpair", times[0], times[1]);
  bench::row("async_get", "socketpair", times[2], times[1]);
}

void small(const leat::python<>& py, std::size_t rounds) {
  const auto same = py.function<integer(integer)>("lambda x: x");
  constexpr integer count = 10'000, expected = count * (count - 1) / 2;
  const auto times = bench::interleaved(
      rounds,
      [&] {
        const auto [t, sum] = shared_out(count, same);
        bench::check("small", sum, expected);
        return t;
      },
      [&] {
        integer sum = 0;
        const double t = bench::seconds([&] {
          for (integer i = 0; i < count; ++i) sum += same(i);
        });
        bench::check("small", sum, expected);
        return t;
      });
  bench::row("small", "one_thread", times[0], times[1]);
}

void throughput(const leat::python<>& py, std::size_t count, std::size_t rounds) {
  const auto heavy = py.function<integer(integer)>("functions:heavy");
  std::vector<std::unique_ptr<bench::child>> peers;
  for (std::size_t i = 0; i < workers; ++i)
    peers.push_back(std::make_unique<bench::child>(std::vector<std::string>{bench::interpreter(), folder + "/peers.py"}));
  const auto steps = static_cast<integer>(std::stol(std::getenv("LEAT_BENCH_HEAVY")));
  const auto n = static_cast<integer>(count);
  const auto sum_of = [&](integer calls) { return calls * (calls - 1) / 2 + calls * (steps * (steps - 1) / 2); };
  const integer expected = sum_of(n), ideal = sum_of(n / static_cast<integer>(workers));
  std::vector<integer> all(count);
  for (std::size_t i = 0; i < count; ++i) all[i] = static_cast<integer>(i);
  const auto times = bench::interleaved(
      rounds,
      [&] {
        const auto [t, sum] = shared_out(count, heavy);
        bench::check("threads", sum, expected);
        return t;
      },
      [&] {
        integer sum = 0;
        const double t = bench::seconds([&] {
          std::vector<std::future<integer>> answers;
          for (const integer i : all) answers.push_back(heavy.async(i));
          for (auto& answer : answers) sum += answer.get();
        });
        bench::check("async", sum, expected);
        return t;
      },
      [&] {
        integer sum = 0;
        const double t = bench::seconds([&] {
          for (const integer x : heavy.batch(all)) sum += x;
        });
        bench::check("batch", sum, expected);
        return t;
      },
      [&] {
        double longest = 0;
        for (auto& p : peers) p->say("heavy floor " + std::to_string(count / workers) + " 20");
        for (auto& p : peers) {
          std::istringstream answer(p->line());
          double seconds = 0;
          integer result = 0;
          answer >> seconds >> result;
          bench::check("ideal", result, ideal);
          longest = std::max(longest, seconds);
        }
        return longest;
      });
  const char* const names[] = {"threads", "async", "batch"};
  for (std::size_t i = 0; i < 3; ++i) bench::row(names[i], "ideal", times[i], times[3]);
}

}  // namespace

int main(int argc, char** argv) try {
  const bool quick = bench::quick(argc, argv);
  ::setenv("PYTHONDONTWRITEBYTECODE", "1", 1);
  bench::child calibration({bench::interpreter(), folder + "/peers.py", "calibrate"});
  ::setenv("LEAT_BENCH_HEAVY", std::to_string(std::stoi(calibration.line())).c_str(), 1);  // for all interpreters that follow
  calibration.wait();
  const leat::python<> py{{.interpreter = bench::interpreter(), .path = {folder}, .workers = workers}};
  bench::header();
  round_trip(py, quick ? 51 : 201);
  small(py, quick ? 5 : 11);
  throughput(py, quick ? 4'000 : 10'000, quick ? 5 : 11);
} catch (const std::exception& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
