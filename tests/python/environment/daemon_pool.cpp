// SPDX-License-Identifier: BSL-1.0
#include <leat/python/environment/daemon_pool.hpp>
#include <leat/sink/sum.hpp>
#include <leat/sink/to_vector.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>

#include "../support.hpp"

namespace python_environment_daemon_pool {
namespace {

using namespace support;
using pool = leat::python_detail::daemon_pool;

TEST_CASE("workers are reused, the warmest first") {
  pool p(quiet());
  auto a = p.acquire(), b = p.acquire();
  CHECK(a->number != b->number);
  auto* const second = b.get();
  p.release(std::move(a), true);
  p.release(std::move(b), true);
  CHECK(p.worker_pids().size() == 2);
  auto again = p.acquire();
  CHECK(again.get() == second);
  p.release(std::move(again), true);
}

TEST_CASE("a worker that is not fit for reuse is ended, and its end is seen") {
  pool p(quiet());
  auto w = p.acquire();
  const pid_t pid = p.worker_pids().at(0);
  p.release(std::move(w), false);
  CHECK(eventually([&] { return p.worker_pids().empty(); }));
  CHECK(!alive(pid));
}

TEST_CASE("the pidfd tells of a worker's end, which is described by its status") {
  pool p(quiet());
  auto w = p.acquire();
  CHECK(eventually([&] { return p.pidfd_of(*w) >= 0; }));
  const pid_t pid = p.worker_pids().at(0);
  const auto who = std::to_string(pid);
  end(pid, SIGTERM);
  pollfd set{p.pidfd_of(*w), POLLIN, 0};
  CHECK(::poll(&set, 1, 30'000) == 1);
  const auto e = thrown<leat::worker_killed>([&] { std::rethrow_exception(p.death_of(*w)); });
  CHECK(e.signal() == SIGTERM);
  CHECK(contains(e.what(), "worker " + who + " of " + interpreter() + " was killed by SIGTERM (signal 15)"));
}

TEST_CASE("a signal to a worker that is just being forked is its own, not its daemon's") {
  pool p(quiet());
  auto first = p.acquire();
  CHECK(eventually([&] { return p.pidfd_of(*first) >= 0; }));
  const pid_t daemon = p.daemon_pid();
  std::vector<pid_t> seen = p.worker_pids();
  std::vector<decltype(first)> workers;
  for (int round = 0; round < 50; ++round) {
    workers.push_back(p.acquire());
    pid_t young = 0;
    CHECK(eventually([&] {  // found by its parent, before the daemon announces it
      for (const pid_t pid : processes())
        if (std::find(seen.begin(), seen.end(), pid) == seen.end() && state_of(pid).second == daemon) young = pid;
      return young != 0;
    }));
    REQUIRE(young != 0);
    end(young, SIGTERM);
    seen.push_back(young);
    REQUIRE(eventually([&] { return !alive(young); }));
    const auto e = thrown<leat::worker_killed>([&] { std::rethrow_exception(p.death_of(*workers.back())); });
    CHECK(e.signal() == SIGTERM);
  }
  CHECK(p.daemon_pid() == daemon);
  CHECK(alive(daemon));
}

TEST_CASE("an idle worker that has died is not handed out") {
  const leat::python py(quiet(1));
  CHECK((std::vector{1} | py.map<int>("lambda x: x") | leat::sum()) == 1);
  const pid_t pid = py.worker_pids().at(0);
  end(pid);
  CHECK(eventually([&] { return py.worker_pids().empty(); }));
  CHECK((std::vector{2} | py.map<int>("lambda x: x") | leat::sum()) == 2);
  CHECK(py.worker_pids().at(0) != pid);
}

TEST_CASE("one that dies unnoticed between two jobs is replaced") {
  const leat::python py(quiet(1));
  for (int i = 0; i < 20; ++i) {
    CHECK((std::vector{i} | py.map<int>("lambda x: x") | leat::sum()) == i);
    for (const pid_t pid : py.worker_pids()) end(pid);
  }
}

void end_daemon(const leat::python<>& py) {
  if (const pid_t daemon = py.daemon_pid(); daemon > 0) end(daemon);  // none: the last one's end has been seen already
}

TEST_CASE("behaviour 31: a daemon that is killed is replaced, and what its workers had not finished is done again") {
  const leat::python py(quiet(2));
  const auto input = up_to(200'000);
  for (int round = 0; round < 3; ++round) {
    std::vector<int> out;
    for (const int x : input | py.map<int>("lambda x: x + 1")) {
      out.push_back(x);
      if (x == 1000) end_daemon(py);
    }
    CHECK(out.size() == input.size());
    CHECK(out.front() == 1);
    CHECK(out.back() == 200'000);
    CHECK(std::is_sorted(out.begin(), out.end()));
  }
  CHECK((std::vector{5} | py.map<int>("lambda x: x") | leat::sum()) == 5);  // the last round may have had all results by then
  const pid_t daemon = py.daemon_pid();
  CHECK(alive(daemon));
  end(daemon);  // between jobs, with the next one at once
  CHECK((std::vector{1, 2} | py.map<int>("lambda x: x") | leat::sum()) == 3);
}

TEST_CASE("behaviour 31: from several threads, one new daemon serves them all") {
  const leat::python py(quiet(1));
  for (int round = 0; round < 5; ++round) {
    CHECK((std::vector{7} | py.map<int>("lambda x: x") | leat::sum()) == 7);
    end_daemon(py);
    std::vector<std::thread> threads;
    std::vector<long> sums(4);
    for (std::size_t i = 0; i < sums.size(); ++i)
      threads.emplace_back([&, i] {
        try {
          sums[i] = up_to(5000) | py.map<long>("lambda x: x") | leat::sum();
        } catch (const std::exception& e) {
          MESSAGE(std::string(e.what()));
        }
      });
    for (auto& t : threads) t.join();
    CHECK(sums == std::vector<long>(4, 12'497'500));
  }
  CHECK(eventually([] { return children() == 1; }));  // this one's
}

TEST_CASE("nothing is left of a pool, whatever it was doing") {
  const std::size_t open = descriptors(), kids = children();
  {
    const pool never_used(quiet());
  }
  {
    pool p(quiet());
    auto w = p.acquire();
    p.release(std::move(w), true);  // at once: it is still starting
  }
  {
    const leat::python py(quiet());
    CHECK((up_to(1000) | py.map<int>("lambda x: 0") | leat::sum()) == 0);
    end(py.daemon_pid());
  }
  CHECK(descriptors() == open);
  CHECK(children() == kids);
}

TEST_CASE("a pool that ends while the host has a forked child does not wait for it") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  pid_t child = -1;
  std::chrono::steady_clock::time_point begin;
  {
    const leat::python py(quiet());
    CHECK((up_to(1000) | py.map<int>("lambda x: 0") | leat::sum()) == 0);
    child = ::fork();
    if (child == 0) {
      ::close(ends[1]);
      char c = 0;
      (void)!::read(ends[0], &c, 1);  // until the parent has closed its end
      std::_Exit(0);
    }
    begin = std::chrono::steady_clock::now();
  }
  const auto took = std::chrono::steady_clock::now() - begin;
  ::close(ends[1]);
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  CHECK(took < std::chrono::milliseconds(900));  // what workers are given to end by themselves is a second
}

TEST_CASE("workers end by themselves with their pool: instances are closed, exit handlers run, and the log has it all") {
  const folder temp;
  log_lines log;
  auto options = quiet(1);
  options.log = log.callback();
  const auto source = leat::source_text(R"(
import atexit, os, sys
class Model:
    def __init__(self, folder): self.folder = folder
    def __call__(self, x): return x
    def close(self):
        open(self.folder + '/closed', 'w').close()
        print('closed')
        sys.stderr.write('no newline')
atexit.register(print, 'exit handler')
)");
  {
    const leat::python py(options);
    CHECK((std::vector{1} | py.map<int>("Model", source).bind("folder", temp.path()) | leat::sum()) == 1);
    CHECK(!temp.has("closed"));
  }
  CHECK(temp.has("closed"));
  CHECK(log.count("closed") == 1);
  CHECK(log.count("exit handler") == 1);
  CHECK(log.count("no newline") == 1);
}

TEST_CASE("a child of fork cannot use its parent's workers, and is told so") {
  const leat::python py(quiet(1));
  const pid_t child = ::fork();
  if (child == 0) {
    int code = 1;
    try {
      std::vector{1} | py.map<int>("lambda x: x") | leat::sum();
    } catch (const leat::usage_error& e) {
      code = contains(e.what(), "fork") ? 0 : 2;
    } catch (...) {
      code = 3;
    }
    std::_Exit(code);
  }
  int status = -1;
  CHECK(eventually([&] { return ::waitpid(child, &status, WNOHANG) == child; }));
  CHECK(status == 0);
}

}  // namespace
}  // namespace python_environment_daemon_pool
