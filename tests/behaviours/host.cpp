// SPDX-License-Identifier: BSL-1.0
// The end of the host process: 35. And what many jobs leave behind: 37; what lives side by side: 40.
#include <leat/leat.hpp>

#include <atomic>
#include <csignal>
#include <random>

#include <fcntl.h>
#include <sys/wait.h>

#include "../python/support.hpp"

namespace behaviours_host {
namespace {

using namespace support;
using ints = std::vector<int>;
using namespace std::chrono_literals;

const auto working = leat::source_text(R"(
import os, subprocess, time
def here(folder, what):
    open(f'{folder}/{what}.tmp', 'w').close()
    os.rename(f'{folder}/{what}.tmp', f'{folder}/{what}')
def work(x, folder):
    if x == 0:                          # waits, with children of all kinds
        subprocess.Popen(['sleep', '1000'])
        subprocess.Popen(['sleep', '1000'], start_new_session=True)
        subprocess.Popen('sleep 1000 & sleep 1000', shell=True, start_new_session=True)
        subprocess.Popen(['sh', '-c', '(setsid sh -c "sleep 1000 & sleep 1000" &) ; sleep 1000'])
        if os.fork() == 0:
            os.setsid()
            here(folder, 'forked')
            time.sleep(1000)
        while not os.path.exists(f'{folder}/forked'): time.sleep(0.001)
        here(folder, '0')
        time.sleep(1000)
    here(folder, '1')
    return sum(range(10 ** 13))         # holds the GIL in native code
)");

/// A host: this program again, with LEAT_TEST_HOST naming what to do. It is killed in the middle of it.
[[noreturn]] void be_host(const std::string& role, const std::string& where) {
  auto options = quiet(2);
  options.attempts = 1;
  if (role == "spawn") options.start = leat::start_method::spawn;
  auto work = [&](const leat::python<>& py) { ints{0, 1} | py.map<long>("work", working).bind("folder", where) | leat::sum(); };
  if (role == "thread") {
    std::unique_ptr<leat::python<>> py;
    std::thread([&] { py = std::make_unique<leat::python<>>(options); }).join();
    work(*py);
  } else if (role == "dataset") {
    std::unique_ptr<leat::context> ctx;
    std::unique_ptr<leat::python<>> py;
    std::thread([&] {
      ctx = std::make_unique<leat::context>(leat::context_options{.slots = 2});
      py = std::make_unique<leat::python<>>(options);
    }).join();
    (ctx->parallelize(ints{0, 1}, 2) | py->map<long>("work", working).bind("folder", where) | leat::sum());
  } else {
    const leat::python py(options);
    if (role == "forked") {
      (ints{1} | py.map<int>("lambda x: x") | leat::sum());
      if (::fork() == 0) {
        std::ofstream(where + "/child") << ::getpid();
        for (;;) ::pause();  // with copies of all descriptors
      }
    }
    work(py);
  }
  std::_Exit(9);
}

TEST_CASE("behaviour 35: when the host is killed, nothing of ours lives on") {
  if (const char* const role = std::getenv("LEAT_TEST_HOST")) be_host(role, std::getenv("LEAT_TEST_FOLDER"));
  for (const std::string role : {"plain", "spawn", "forked", "thread", "dataset"}) {
    CAPTURE(role);
    const folder temp;
    const std::string mark = "LEAT_TEST_MARK=" + temp.path();
    const pid_t host = ::fork();
    if (host == 0) {
      ::setenv("LEAT_TEST_HOST", role.c_str(), 1);
      ::setenv("LEAT_TEST_FOLDER", temp.path().c_str(), 1);
      ::setenv("LEAT_TEST_MARK", temp.path().c_str(), 1);
      const int out = ::open((temp / "output").c_str(), O_CREAT | O_WRONLY, 0600);
      ::dup2(out, 1);
      ::dup2(out, 2);
      ::execl("/proc/self/exe", "host", "-tc=behaviour 35*", static_cast<char*>(nullptr));
      std::_Exit(127);
    }
    const bool ready = eventually([&] { return temp.has("0") && temp.has("1") && (role != "forked" || temp.has("child")); });
    CAPTURE(temp.read("output"));
    CHECK(ready);
    CHECK(eventually([&] { return marked(mark).size() >= 10; }));  // daemon, 2 workers, and user code's children
    end(host);
    ::waitpid(host, nullptr, 0);
    const auto killed = std::chrono::steady_clock::now();
    CHECK(eventually([&] { return marked(mark).empty(); }, 5s));
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - killed).count();
    if (took > 1000) MESSAGE("all had ended after " << took << " ms");
    if (role == "forked") end(std::stoi(temp.read("child")));
    for (const pid_t left : marked(mark)) end(left);
    std::filesystem::remove(temp / "output");
    for (const char* ours : {"0", "1", "forked", "child"}) std::filesystem::remove(temp / ours);
    CHECK(std::filesystem::is_empty(temp.path()));
  }
}

TEST_CASE("behaviour 35: the daemon killed as well: the workers die") {
  const folder temp;
  const std::string mark = "LEAT_TEST_MARK=" + temp.path();
  ::setenv("LEAT_TEST_MARK", temp.path().c_str(), 1);
  {
    auto options = quiet(2);
    options.attempts = 1;
    const leat::python py(options);
    ::unsetenv("LEAT_TEST_MARK");
    std::thread job([&] {
      try {
        up_to(2) | py.map<long>("lambda x: sum(range(10 ** 13))") | leat::sum();
      } catch (const leat::worker_died&) {
      }
    });
    CHECK(eventually([&] { return marked(mark).size() == 3; }));
    end(py.daemon_pid());
    CHECK(eventually([&] { return marked(mark).empty(); }, 10s));
    job.join();
  }
}

TEST_CASE("behaviour 37: descriptors, processes and zombies are equal before and after 100 jobs with random kills") {
  const leat::context ctx({.slots = 2});
  const std::size_t open = descriptors(), kids = children();
  const auto input = up_to(50'000);
  {
    const leat::python py(quiet(2));
    std::atomic<int> current = 0;  // job; -1: over
    int kills = 0;
    std::thread killer([&] {  // one kill for each job, at a random moment of it or of the next: three attempts are enough
      std::mt19937 random(37);
      for (int seen = 0; seen >= 0; current.wait(seen), seen = current) {
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 5000));
        auto pids = py.worker_pids();
        if (random() % 10 == 0) pids.assign(1, py.daemon_pid());
        if (!pids.empty())
          if (const pid_t pid = pids[random() % pids.size()]; pid > 1 && ::kill(pid, SIGKILL) == 0) ++kills;
      }
    });
    int right = 0, failed = 0;
    for (int job = 0; job < 100; ++job) {
      current = job;
      current.notify_one();
      try {
        const long sum = job % 3 == 0   ? input | py.map<long>("lambda x: x") | leat::sum()
                         : job % 3 == 1 ? ctx.parallelize(input, 3) | py.map<long>("lambda x: x") | leat::sum()
                                        : input | py.map_partitions<long>("lambda it: it") | leat::sum();
        CHECK(sum == 1'249'975'000);
        ++right;
      } catch (const leat::worker_died& e) {
        CHECK(contains(e.what(), "map_partitions"));  // not tried again; the others are
        ++failed;
      } catch (const leat::start_failed&) {  // the daemon was killed before it was ready
        ++failed;
      }
    }
    current = -1;
    current.notify_one();
    killer.join();
    CHECK(right + failed == 100);
    CHECK(right > 50);
    MESSAGE(kills << " kills; " << right << " jobs were right, " << failed << " failed as they should");
    CHECK((up_to(2000) | py.map<long>("lambda x: x") | leat::sum()) == 1'999'000);
    CHECK(eventually([&] { return children() == kids + 1; }));  // the daemon
  }
  CHECK(children() == kids);
  CHECK(eventually([&] { return descriptors() == open; }));
}

TEST_CASE("behaviour 40: two interpreters and two contexts side by side, used from several threads at once") {
  const leat::python a(quiet(2));
  auto options = quiet(2);
  options.variables = {{"LEAT_TEST_B", "1"}};
  const leat::python b(options);
  const leat::context one({.slots = 2}), two({.slots = 2});
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      const auto& py = t % 2 ? a : b;
      const auto& ctx = t / 2 ? one : two;
      const std::string mine = t % 2 ? "''" : "'1'";
      const std::string f = "lambda x: x if __import__('os').environ.get('LEAT_TEST_B', '') == " + mine + " else -1";
      for (int i = 0; i < 5; ++i) {
        try {
          right += (up_to(3000) | py.map<long>(f) | leat::sum()) == 4'498'500;
          right += (ctx.parallelize(up_to(3000), 3) | py.map<long>(f) | leat::sum()) == 4'498'500;
        } catch (const std::exception& e) {
          std::fprintf(stderr, "%s\n", e.what());
        }
      }
    });
  for (auto& t : threads) t.join();
  CHECK(right == 40);
}

TEST_CASE("behaviour 38: a context and its Python workers made in a program with many threads") {
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i)
    threads.emplace_back([&] {
      while (!stop) std::string(1000, 'x').swap(*std::make_unique<std::string>(500, 'y'));
    });
  for (int i = 0; i < 3; ++i) {
    const leat::context ctx({.slots = 2});
    const leat::python py(quiet(2));
    CHECK((ctx.parallelize(up_to(1000), 4) | py.map<int>("lambda x: x + 1") | leat::sum()) == 500'500);
  }
  stop = true;
  for (auto& t : threads) t.join();
}

TEST_CASE("behaviour 40: stages of two interpreters next to each other, in a dataset") {
  const leat::python a(quiet(2)), b(quiet(2));
  const leat::context ctx({.slots = 2});
  const auto ds = ctx.parallelize(up_to(3000), 3) | a.map("lambda x: (x, 1)") | b.filter("lambda t: t[0] % 2") |
                  a.map<long>("lambda t: t[0] + t[1]");
  for (int i = 0; i < 2; ++i) CHECK((ds | leat::sum()) == 2'251'500);
  const auto e = thrown<leat::python_error>(
      [&] { ctx.parallelize(up_to(10), 2) | a.map("lambda x: x") | b.map<int>("lambda x: 1 // (x - 7)") | leat::sum(); });
  CHECK(e.where().partition == 1);
  CHECK(e.where().record == 2);
}

TEST_CASE("behaviour 40: nested: a Python stage inside the function of a native one, on a range and in a task") {
  const leat::python py(quiet(2));
  const leat::context ctx({.slots = 2});
  auto inner = [&](int x) { return up_to(x) | py.map<int>("lambda x: x + 1") | leat::sum(); };
  CHECK((ints{1, 2, 3} | leat::map(inner) | py.map<int>("lambda x: x") | leat::to_vector()) == ints{1, 3, 6});
  CHECK((ctx.parallelize(ints{1, 2, 3}, 3) | leat::map(inner) | py.map<int>("lambda x: x")).collect() == ints{1, 3, 6});
  CHECK((ints{1, 2, 3} | py.map<int>("lambda x: x") | leat::map(inner) | leat::to_vector()) == ints{1, 3, 6});
}

TEST_CASE("behaviour 40: a stage outlives its python object, and a dataset its context, which is an error") {
  auto stage = [] { return leat::python(quiet(1)).map<int>("lambda x: x + 1"); }();
  CHECK((ints{1} | stage | leat::to_vector()) == ints{2});
  auto ds = [&] {
    const leat::context ctx({.slots = 2});
    return ctx.parallelize(ints{1, 2}, 2) | stage;
  }();
  CHECK_THROWS_AS(ds.collect(), leat::usage_error);
}

}  // namespace
}  // namespace behaviours_host
