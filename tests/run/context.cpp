// SPDX-License-Identifier: BSL-1.0
#include <leat/posix/cpus.hpp>
#include <leat/run/context.hpp>
#include <leat/stage/inspect.hpp>
#include <leat/stage/map.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <optional>
#include <thread>

#include <sys/resource.h>
#include <sys/wait.h>

#include "../python/support.hpp"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define __SANITIZE_THREAD__ 1
#endif
#endif

namespace run_context {
namespace {

struct environment {
  std::string name;
  environment(const char* n, const char* value) : name(n) { ::setenv(n, value, 1); }
  ~environment() { ::unsetenv(name.c_str()); }
};

template <class F>
std::string message(F f) {
  try {
    f();
  } catch (const leat::usage_error& e) {
    return e.what();
  }
  return "nothing thrown";
}

bool contains(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

std::size_t entries(const char* folder) {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
}

TEST_CASE("context: options come from the program, the environment and the machine") {
  CHECK(leat::context().slots() == leat::usable_cpus());
  CHECK(leat::context{{.slots = 3}}.slots() == 3);
  CHECK(leat::context{{.slots = 3}}.range(10).partitions() == 3);
  {
    environment slots("LEAT_SLOTS", "5"), limit("LEAT_MEMORY_LIMIT", "3M"), temp("LEAT_TEMP", "/tmp");
    leat::context ctx{{.slots = 2, .memory_limit = 7}};
    CHECK(ctx.slots() == 5);
    CHECK(ctx.options().memory_limit == 3 << 20);
    CHECK(ctx.options().temp == "/tmp");
  }
  CHECK(leat::core::parse_bytes("x", "12") == 12);
  CHECK(leat::core::parse_bytes("x", "12k") == 12 << 10);
  CHECK(leat::core::parse_bytes("x", "2G") == std::size_t{2} << 30);
}

TEST_CASE("context: bad options name the option and its value") {
  for (const char* bad : {"", "0", "-1", "two", "2x"}) {
    environment slots("LEAT_SLOTS", bad);
    const std::string text = message([] { leat::context ctx; });
    CHECK(contains(text, "LEAT_SLOTS"));
    CHECK(contains(text, bad));
  }
  for (const char* bad : {"", "-1", "1T", "1MB", "M", "99999999999G"}) {
    environment limit("LEAT_MEMORY_LIMIT", bad);
    CHECK(contains(message([] { leat::context ctx; }), "LEAT_MEMORY_LIMIT"));
  }
  CHECK(contains(message([] { leat::context ctx{{.temp = "/no/such/folder"}}; }), "/no/such/folder"));
  CHECK(contains(message([] { leat::context ctx{{.temp = "/proc/self/status"}}; }), "not a folder"));
  environment temp("LEAT_TEMP", "/no/such/folder");
  CHECK(contains(message([] { leat::context ctx; }), "LEAT_TEMP"));
}

TEST_CASE("context: cgroup quotas of both versions") {
  const std::filesystem::path root = std::filesystem::temp_directory_path() / ("leat-cgroup-" + std::to_string(::getpid()));
  std::filesystem::create_directories(root / "a/b");
  std::filesystem::create_directories(root / "cpu/x");
  auto write = [&](const char* name, const char* text) { std::ofstream(root / name) << text; };
  write("a/cpu.max", "150000 100000\n");
  write("a/b/cpu.max", "max 100000\n");
  write("cpu/x/cpu.cfs_quota_us", "50000\n");
  write("cpu/x/cpu.cfs_period_us", "100000\n");
  write("cpu/cpu.cfs_quota_us", "-1\n");
  write("cpu/cpu.cfs_period_us", "100000\n");
  CHECK(leat::core::cgroup_cpus("0::/a/b\n", root.string()) == 1.5);
  CHECK(leat::core::cgroup_cpus("0::/\n", root.string()) == 0);
  CHECK(leat::core::cgroup_cpus("4:cpu,cpuacct:/x\n3:memory:/y\n", root.string()) == 0.5);
  CHECK(leat::core::cgroup_cpus("4:cpu:/gone\n", root.string()) == 0);
  CHECK(leat::core::cgroup_cpus("garbage\n", root.string()) == 0);
  std::filesystem::remove_all(root);
}

TEST_CASE("behaviour 40: two contexts side by side") {
  leat::context a{{.slots = 2}}, b{{.slots = 1}};
  std::size_t from_b = 0;
  std::thread other([&] { from_b = b.range(100000).count(); });
  CHECK(a.range(50000).count() == 50000);
  other.join();
  CHECK(from_b == 100000);
}

TEST_CASE("behaviour 40: an action inside a task runs there") {
  leat::context ctx{{.slots = 2}};
  auto inner = ctx.range(0, 10, 3);
  auto sums = ctx.range(0, 8, 8) | leat::map([&](std::int64_t x) { return x + inner.sum(); });
  CHECK(sums.sum() == 28 + 8 * 45);
}

TEST_CASE("behaviour 40: a context made inside a task is refused") {
  leat::context ctx{{.slots = 2}};
  auto bad = ctx.range(4) | leat::map([](std::int64_t x) {
               leat::context inner;
               return x;
             });
  CHECK(contains(message([&] { bad.count(); }), "inside a task"));
  CHECK(ctx.range(4).count() == 4);
}

TEST_CASE("behaviour 40: a dataset that outlives its context throws") {
  std::optional<leat::context> ctx(std::in_place, leat::context_options{.slots = 2});
  leat::dataset<std::int64_t> numbers = ctx->range(10);
  auto it = numbers.begin();
  ctx.reset();
  CHECK(contains(message([&] { numbers.count(); }), "context has ended"));
  CHECK(contains(message([&] { numbers.begin(); }), "context has ended"));
  CHECK(*it == 0);
  CHECK(contains(message([&] {
                   while (it != std::default_sentinel) ++it;
                 }),
                 "context has ended"));
  CHECK(contains(message([] { leat::dataset<int>().count(); }), "empty-handed"));
}

TEST_CASE("context: its end waits for actions in other threads") {
  std::atomic<bool> began = false;
  std::size_t n = 0;
  std::thread other;
  {
    leat::context ctx{{.slots = 2}};
    auto slow = ctx.range(0, 64, 64) | leat::map([&](std::int64_t x) {
                  began = true;
                  std::this_thread::yield();
                  return x;
                });
    other = std::thread([&n, slow] { n = slow.count(); });
    while (!began) std::this_thread::yield();
  }
  other.join();
  CHECK(n == 64);
}

TEST_CASE("behaviour 37: threads and descriptors are the same before and after 100 jobs") {
  {
    leat::context warm;
  }
  const std::size_t threads = entries("/proc/self/task"), files = entries("/proc/self/fd");
  {
    leat::context ctx{{.slots = 2}};
    for (int i = 0; i < 100; ++i) CHECK(ctx.range(1000).sum() == 499500);
    CHECK(entries("/proc/self/task") <= threads + 2);
  }
  CHECK(
      support::eventually([&] { return entries("/proc/self/task") <= threads; }));  // a joined thread is listed a moment longer
  CHECK(entries("/proc/self/fd") == files);
}

// Runs `f` in a fork of this process and returns its exit code, or minus the signal that ended it.
template <class F>
int in_fork(F f) {
  const pid_t child = ::fork();
  if (child == 0) f();
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

// Threads cannot be made while it lives, whoever asks.
struct no_threads {
  pthread_attr_t before{};
  no_threads() {
    REQUIRE(::pthread_getattr_default_np(&before) == 0);
    pthread_attr_t huge;
    ::pthread_attr_init(&huge);
    ::pthread_attr_setstacksize(&huge, std::size_t{1} << 60);
    REQUIRE(::pthread_setattr_default_np(&huge) == 0);
  }
  ~no_threads() { ::pthread_setattr_default_np(&before); }
};

TEST_CASE("context: where no thread can be made, an action says so, and a context is made and ends all the same") {
  std::vector<std::string> warnings;
  leat::context ctx{{.slots = 4, .log = [&](const leat::log_record& r) { warnings.push_back(r.text); }}};
  {
    const no_threads none;
    leat::context other{{.slots = 3}};
    try {
      other.range(10).count();
      FAIL("no exception");
    } catch (const leat::resource_error& e) {
      CHECK(contains(e.what(), "cannot make a thread"));
      CHECK(contains(e.what(), "slots allow 3"));
      CHECK(contains(e.what(), std::strerror(EAGAIN)));
    }
  }
  CHECK(ctx.range(0, 10, 1).count() == 10);
  const no_threads none;
  CHECK(warnings.empty());
  for (int i = 0; i < 3; ++i) CHECK(ctx.range(0, 1000, 8).sum() == 499500);  // by the one thread that runs
  REQUIRE(warnings.size() == 1);
  CHECK(contains(warnings[0], "only 1 of 4 threads"));
}

TEST_CASE("context: a limit of processes is named") {
  const int code = in_fork([] {
    const rlimit one{1, 1};
    if (::getuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) ::_exit(99);  // root has no limit
    if (::setrlimit(RLIMIT_NPROC, &one) != 0) ::_exit(98);
    leat::context ctx{{.slots = 2}};
    try {
      ctx.range(10).count();
      ::_exit(1);
    } catch (const leat::resource_error& e) {
      ::_exit(contains(e.what(), "may have 1 processes and threads") ? 0 : 2);
    }
  });
  CHECK(code == 0);
}

TEST_CASE("context: a fork cannot use it, is told so, and ends without harm, whatever the parent is doing") {
  auto ctx = std::make_unique<leat::context>(leat::context_options{.slots = 1});
  const auto numbers = ctx->range(0, 1000, 4);
  auto it = numbers.begin();
  // Tasks that wait, for sanitizers' own locks do not survive a fork beside a thread that allocates.
  std::atomic<bool> stop = false, runs = false;
  std::thread busy([&] {
    numbers.for_each([](std::int64_t) {});
    (numbers | leat::inspect([&](std::int64_t) {
       runs = true;
       while (!stop) std::this_thread::yield();
     })).count();
  });
  while (!runs) std::this_thread::yield();
  const auto told = [](auto f) { return contains(message(f), "fork of the one that made the context"); };
  CHECK(in_fork([&] { ::_exit(told([&] { numbers.count(); }) ? 0 : 1); }) == 0);
  CHECK(in_fork([&] { ::_exit(told([&] { numbers.begin(); }) ? 0 : 1); }) == 0);
  CHECK(in_fork([&] {
          ::_exit(told([&] {
            while (it != std::default_sentinel) ++it;
          })
                      ? 0
                      : 1);
        }) == 0);
  CHECK(in_fork([&] { ctx.reset(), ::_exit(0); }) == 0);
#if !defined(__SANITIZE_THREAD__)  // which lets no such child make a thread
  CHECK(in_fork([&] { ::_exit(leat::context{{.slots = 1}}.range(10).count() == 10 ? 0 : 1); }) == 0);
#endif
  stop = true;
  busy.join();
  // In a function of a task, and of the caller's thread.
  CHECK((numbers | leat::map([&](std::int64_t x) {
           return x == 500 ? in_fork([&] { ::_exit(told([&] { numbers.count(); }) ? 0 : 1); }) : 0;
         })).sum() == 0);
  CHECK((numbers | leat::map([&](std::int64_t x) { return x == 500 ? in_fork([] {}) : 0; })).sum() == 1);  // it comes back
  numbers.for_each([&](std::int64_t x) {
    if (x == 999) CHECK(in_fork([&] { ctx.reset(), ::_exit(0); }) == 0);
  });
  CHECK(numbers.count() == 1000);
}

TEST_CASE("context: a static one does not keep a fork from ending") {
  static leat::context ctx{{.slots = 2}};
  CHECK(ctx.range(0, 100, 4).count() == 100);
  CHECK(in_fork([] { std::exit(7); }) == 7);
  CHECK(in_fork([] { ::_exit(8); }) == 8);
  CHECK(ctx.range(0, 100, 4).count() == 100);
}

TEST_CASE("context: a callback may run actions, throw anything and end what it was called for") {
  struct odd {};
  std::optional<leat::context> ctx;
  std::optional<leat::dataset<std::int64_t>> numbers;
  std::size_t calls = 0, depth = 0, inner = 0;
  std::function<void()> does;
  const auto call = [&] {
    struct inside {
      std::size_t& depth;
      explicit inside(std::size_t& d) : depth(d) { CHECK(++depth == 1); }  // never two at once, nor one inside another
      ~inside() { --depth; }
    } here(depth);
    ++calls;
    if (does) does();
  };
  const auto fresh = [&] {
    numbers.reset();
    ctx.emplace(leat::context_options{.slots = 1,
                                      .log = [&](const leat::log_record&) { call(); },
                                      .progress = [&](const leat::progress_record&) { call(); }});
    numbers = ctx->range(0, 100, 4);
    calls = depth = 0;
  };
  std::atomic<bool> once = false;
  const auto dies = leat::map([&](std::int64_t x) {
    if (x == 60 && !once.exchange(true)) throw leat::worker_died("it died", "");
    return x;
  });
  for (const bool log : {false, true}) {
    CAPTURE(log);
    const auto run = [&] {
      once = !log;
      return (*numbers | dies).sum();
    };
    const auto when = [&](auto f) {
      does = [&, f] {
        if (!log || once.load()) f();
      };
    };
    fresh();
    when([&] { inner = numbers->count(); });
    CHECK(run() == 4950);
    CHECK(inner == 100);
    CHECK(calls > 0);
    fresh();
    when([] { throw odd(); });
    CHECK_THROWS_AS(run(), odd);
    does = nullptr;
    CHECK(numbers->count() == 100);
    fresh();
    when([] { throw 5; });
    CHECK_THROWS_AS(run(), int);
    fresh();
    when([&] { numbers.reset(), ctx.reset(); });  // the callback lives in the context
    CHECK(run() == 4950);
    CHECK(!ctx);
  }
}

TEST_CASE("context: callbacks of two threads that wait for each other") {
  std::atomic<int> inside = 0, calls = 0;
  std::unique_ptr<leat::context> ctx;
  ctx = std::make_unique<leat::context>(
      leat::context_options{.slots = 2, .progress = [&](const leat::progress_record&) {
                              CHECK(++inside == 1);
                              if (calls++ == 0) {  // waits for an action with callbacks
                                std::thread([&] { CHECK(ctx->range(50).count() == 50); }).join();
                              }
                              --inside;
                            }});
  CHECK(ctx->range(100).count() == 100);
}

TEST_CASE("context: progress after each task") {
  std::vector<std::size_t> done;
  leat::context ctx{{.slots = 2, .progress = [&](const leat::progress_record& p) {
                       CHECK(p.total == 5);
                       CHECK(p.stage == "result");
                       done.push_back(p.done);
                     }}};
  CHECK(ctx.range(0, 100, 5).count() == 100);
  CHECK(!done.empty());
  CHECK(done.size() <= 5);
  CHECK(done.back() == 5);
  CHECK(std::is_sorted(done.begin(), done.end()));
}

}  // namespace
}  // namespace run_context
