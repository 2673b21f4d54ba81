// SPDX-License-Identifier: BSL-1.0
#include <leat/python/async.hpp>
#include <leat/python/function/batch_size.hpp>
#include <leat/python/python.hpp>
#include <leat/sink/for_each.hpp>
#include <leat/sink/sum.hpp>
#include <leat/sink/to_vector.hpp>
#include <leat/source/lines.hpp>
#include <leat/stage/map.hpp>
#include <leat/wire/columns.hpp>
#include <leat/wire/msgpack.hpp>

#include <cmath>
#include <random>

#include <fcntl.h>
#include <unistd.h>

#include "../support.hpp"

namespace python_function_batch_size {
namespace {

using namespace support;
using namespace std::chrono_literals;
using leat::python_detail::batch_size;
using leat::python_detail::batch_wishes;
using ints = std::vector<int>;

constexpr double us = 1e3, ms = 1e6, second = 1e9;  // nanoseconds
constexpr std::size_t all = 16'384;

/// What a batch costs whose first record has a number.
using cost = std::function<double(std::size_t first, std::size_t n)>;

cost linear(double once, double each) {
  return [=](std::size_t, std::size_t n) { return once + each * static_cast<double>(n); };
}
cost squared(double each) {
  return [=](std::size_t, std::size_t n) { return 30 * us + each * std::pow(static_cast<double>(n), 2); };
}
template <class F>
cost of_records(F time) {
  return [=](std::size_t first, std::size_t n) {
    double t = 30 * us;
    for (std::size_t i = first; i != first + n; ++i) t += time(i);
    return t;
  };
}

/// Two workers that take turns, each batch measured as it ends; no real time. Ends early where it takes longer than `most`.
struct run {
  double time = 0;
  std::vector<std::size_t> sizes{};
};
run simulate(batch_size& s, const cost& of, std::size_t records, double noise, bool sized, double most = 1e300) {
  std::mt19937 random(1);
  std::normal_distribution<double> factor(0, 1);
  struct flight {
    double end, time;
    std::size_t n;
  };
  std::vector<flight> out;
  double free[2] = {0, 0};
  run r;
  for (std::size_t i = 0; i < records && std::max(free[0], free[1]) < most;) {
    const std::size_t w = free[0] <= free[1] ? 0 : 1;
    const double now = free[w];
    std::erase_if(out, [&](const flight& f) {
      if (f.end <= now) s.measure(f.n, static_cast<std::uint64_t>(f.time));
      return f.end <= now;
    });
    const std::size_t n = std::min(s.next(sized ? records - i : ~std::size_t{0}, 2 - out.size(), 2), records - i);
    s.sent(n);
    r.sizes.push_back(n);
    const double t = of(i, n) * (noise == 0 ? 1 : std::exp(noise * factor(random)));
    free[w] = now + t + 100 * us;
    out.push_back({free[w], t, n});
    i += n;
  }
  for (const flight& f : out) s.measure(f.n, static_cast<std::uint64_t>(f.time));
  r.time = std::max(free[0], free[1]);
  return r;
}
double best_fixed(const cost& of, std::size_t records) {
  std::vector<std::size_t> sizes;
  for (double n = 1; n <= static_cast<double>(std::min(records, all)); n = std::max(n + 1, n * 1.3))
    sizes.push_back(static_cast<std::size_t>(n));
  sizes.push_back(std::min((records + 1) / 2, all));
  double best = 1e300;
  for (const std::size_t n : sizes | std::views::reverse) {  // few large batches are soon simulated, and end the others early
    batch_size s(all, {n, n});
    best = std::min(best, simulate(s, of, records, 0, false, best).time);
  }
  return best;
}

TEST_CASE("sizes follow what batches cost") {
  const struct {
    const char* name;
    cost of;
    std::size_t records, low, high;  // the sizes that it comes to
    double first, again;             // of the speed with the best fixed size: when nothing is known; when that has been learnt
  } table[] = {
      {"fixed 20 ms", linear(20 * ms, 0), 10'000, 2'000, all, 0.12, 0.95},
      {"fixed 20 ms, 10 us each", linear(20 * ms, 10 * us), 10'000, 2'000, all, 0.28, 0.95},
      {"fixed 20 ms, 1 ms each", linear(20 * ms, 1 * ms), 10'000, 150, 170, 0.85, 0.85},
      {"fixed 1 s", linear(1 * second, 0), 100'000, all, all, 0.4, 0.95},
      {"fixed 1 s, 1 ms each", linear(1 * second, 1 * ms), 100'000, 7'000, 9'000, 0.8, 0.9},
      {"1 s each", linear(0, 1 * second), 100, 1, 1, 0.98, 0.98},
      {"1 ms each", linear(30 * us, 1 * ms), 10'000, 3, 10, 0.95, 0.95},
      {"100 us each", linear(30 * us, 100 * us), 100'000, 30, 50, 0.95, 0.95},
      {"1 us each", linear(30 * us, 1 * us), 1'000'000, 3'000, 5'000, 0.95, 0.95},
      {"30 ns each", linear(30 * us, 0.03 * us), 1'000'000, all, all, 0.95, 0.95},
      {"n^2 ms", squared(1 * ms), 10'000, 1, 1, 0.95, 0.95},
      {"n^2 times 10 us", squared(10 * us), 10'000, 3, 9, 0.6, 0.6},
      {"cheap and 1 ms by turns", of_records([](std::size_t i) { return i % 2 != 0 ? 1 * ms : 1 * us; }), 10'000, 2, 60, 0.95,
       0.95},
      {"one of a hundred 10 ms", of_records([](std::size_t i) { return i % 100 == 50 ? 10 * ms : 1 * us; }), 10'000, 20, 5'000,
       0.85, 0.9},
  };
  for (auto const& c : table) {
    const double best = best_fixed(c.of, c.records);
    for (const double noise : {0.0, 0.05}) {
      CAPTURE(c.name);
      CAPTURE(noise);
      const double slack = noise == 0 ? 1 : 0.85;
      batch_size s(all, {});
      const run first = simulate(s, c.of, c.records, noise, true), again = simulate(s, c.of, c.records, noise, true);
      CHECK(first.sizes[0] == 1);
      CHECK(best / first.time >= slack * c.first);
      CHECK(best / again.time >= slack * c.again);
      if (noise != 0) continue;
      CHECK(s.limit() >= c.low);
      CHECK(s.limit() <= c.high);
    }
  }
}

TEST_CASE("sizes are steady under noise, and an accident changes nothing") {
  batch_size s(all, {});
  simulate(s, linear(20 * ms, 10 * us), 100'000, 0, false);
  const std::size_t before = s.limit();
  const auto time = static_cast<std::uint64_t>(20 * ms + 10 * us * static_cast<double>(before));
  for (int i = 0; i < 100; ++i) s.measure(before, i % 10 == 5 ? 10 * time : time + time * static_cast<unsigned>(i % 7) / 50);
  CHECK(s.limit() >= before / 3);
}

TEST_CASE("sizes follow records that become dear, and cheap again") {
  batch_size s(all, {});
  simulate(s, linear(30 * us, 1 * us), 100'000, 0, false);
  CHECK(s.limit() > 2'000);
  simulate(s, linear(30 * us, 1 * ms), 50'000, 0, false);
  CHECK(s.limit() < 50);
  simulate(s, linear(30 * us, 1 * us), 500'000, 0, false);
  CHECK(s.limit() > 1'000);
}

TEST_CASE("sizes within what a user asks for, and a share for each worker") {
  const struct {
    batch_wishes wishes;
    cost of;
    std::size_t low, high;
  } table[] = {
      {{7, 7, 0}, linear(20 * ms, 0), 7, 7},
      {{4, 32, 0}, linear(20 * ms, 0), 32, 32},
      {{4, 32, 0}, linear(0, 1 * second), 4, 4},
      {{0, 0, 10'000'000}, linear(20 * ms, 1 * ms), 9, 11},
      {{0, 0, 1'000'000'000}, linear(20 * ms, 1 * ms), 450, 650},
      {{50'000, 50'000, 0}, linear(0, 1), 50'000, 50'000},
  };
  for (auto const& c : table) {
    batch_size s(all, c.wishes);
    for (const std::size_t n : simulate(s, c.of, 100'000, 0, false).sizes) CHECK((n <= c.high));
    CHECK(s.next() >= c.low);
    CHECK(s.next() <= c.high);
  }
  batch_size s(all, {});
  simulate(s, linear(20 * ms, 0), 100'000, 0, false);
  CHECK(s.next(1'000, 2, 8) == 500);
  CHECK(s.next(1'000, 8, 8) == 125);
  CHECK(s.next(8, 8, 8) == 1);
  CHECK(s.next(3, 8, 8) == 1);
}

const char* const lengths = "lambda xs: [len(xs)]";

TEST_CASE("batches have the size that was asked for") {
  const leat::python py(quiet(2));
  const auto input = up_to(1'000);
  const auto sizes = [&](auto stage) { return input | stage | leat::to_vector(); };
  ints tens(100, 10), hundreds(3, 300);
  hundreds.push_back(100);
  CHECK(sizes(py.map_batches<int>(lengths).batch(10)) == tens);
  CHECK(sizes(py.map_batches<int>(lengths).batch(300)) == hundreds);
  CHECK(sizes(py.map<int>("lambda x: x") | py.map_batches<int>(lengths).batch(10)) == tens);
  CHECK(sizes(py.map_batches<int>(lengths).batch(2'000)) == ints{1'000});
  const auto ranged = sizes(py.map_batches<int>(lengths).batch(8, 64));
  for (std::size_t i = 0; i + 1 < ranged.size(); ++i) CHECK((ranged[i] >= 8 && ranged[i] <= 64));
  const std::vector<std::string> large(20, std::string(20'000, 'x'));  // more than the bytes of a batch
  CHECK((large | py.map_batches<int>(lengths).batch(10) | leat::to_vector()) == ints{10, 10});

  CHECK((py.generate<int>("lambda: range(100)").batch(7) | leat::to_vector()) == up_to(100));
  CHECK((py.generate<int>("lambda: range(100)").batch(7, 9).latency(1ms) | leat::to_vector()) == up_to(100));
  const auto f = py.function<int(int)>("lambda x: x");
  CHECK(f.batch(3).batch(up_to(100)) == up_to(100));
  CHECK(f.batch(3, 9).latency(1ms)(1) == 1);
  CHECK(sizes(py.map<int>("lambda x: x").latency(1ms)) == input);

  for (const auto& wrong : {std::function<void()>([&] { (void)py.map<int>("lambda x: x").batch(0); }),
                            std::function<void()>([&] { (void)py.map<int>("lambda x: x").batch(3, 2); }),
                            std::function<void()>([&] { (void)py.generate<int>("lambda: []").latency(0ms); }),
                            std::function<void()>([&] { (void)f.batch(0); })}) {
    const auto e = thrown<leat::usage_error>(wrong);
    CHECK(contains(e.what(), "py."));
  }
}

TEST_CASE("what was learnt of a function is known in the next run") {
  const leat::python py(quiet(1));
  const auto input = up_to(20'000);
  const auto first = input | py.map_batches<int>(lengths) | leat::to_vector();
  const auto again = input | py.map_batches<int>(lengths) | leat::to_vector();
  CHECK(first.front() == 1);
  CHECK(again.front() > 64);
}

// Functions that hand back what they have not begun, as they do when the host asks for it.
const char* const sharers = R"(
import os, signal
from leat import sharing
def one(x):
    if x % 100 == 7: sharing.hand_back()
    return x
def even(x):
    if x % 100 == 7: sharing.hand_back()
    return x % 2 == 0
def thrice(x):
    if x % 100 == 7: sharing.hand_back()
    yield x
    yield x
    if x % 100 == 9: sharing.hand_back()
    yield x
def failing(x):
    if x >= 507: sharing.hand_back()
    return 1 // (x - 509) and x
def fatal(x, folder):
    if x % 100 == 7: sharing.hand_back()
    if x == 1508:
        try: os.close(os.open(folder + '/death', os.O_CREAT | os.O_EXCL))
        except FileExistsError: pass
        else: os.kill(os.getpid(), signal.SIGKILL)
    return x
def interrupted(x, folder):
    import time
    end = time.monotonic() + 20
    if x in (0, 8):  # of two workers, each has done a batch when this is over
        open(f'{folder}/{x}', 'w').close()
        while not os.path.exists(f'{folder}/{8 - x}') and time.monotonic() < end: time.sleep(0.001)
    if x != 16: return 0
    times = []
    signal.signal(signal.SIGURG, lambda *_: times.append(time.monotonic()))
    while time.monotonic() < (times[0] + 0.2 if times else end): time.sleep(0.001)
    return len(times)
def awaiting(x):
    import time, leat
    end = time.monotonic() + 20
    while x == 0 and not leat.serving.asked and time.monotonic() < end: time.sleep(0.001)
    return os.getpid()
)";

template <class Wire>
void hands_back() {
  const leat::python<Wire> py(quiet(2));
  const auto source = leat::source_text(sharers);
  const auto input = up_to(3'000);
  ints evens, threes;
  for (const int x : input) {
    if (x % 2 == 0) evens.push_back(x);
    threes.insert(threes.end(), 3, x);
  }
  for (int again = 0; again < 2; ++again) {
    CHECK((input | py.template map<int>("one", source) | leat::to_vector()) == input);
    CHECK((input | py.filter("even", source) | leat::to_vector()) == evens);
    CHECK((input | py.template flat_map<int>("thrice", source) | leat::to_vector()) == threes);
    CHECK((input | py.template map<int>("one", source).batch(1'000) | leat::to_vector()) == input);
    CHECK((input | py.template map<int>("one", source) | py.template map_batches<int>("lambda xs: xs") | leat::to_vector()) ==
          input);
    auto loose = input | py.unordered().template map<int>("one", source) | leat::to_vector();
    std::sort(loose.begin(), loose.end());
    CHECK(loose == input);
  }
  const auto e =
      thrown<leat::python_error>([&] { input | py.template map<int>("failing", source).batch(1'000) | leat::to_vector(); });
  CHECK(e.where().record == 509);
  const folder temp;
  CHECK((input | py.template map<int>("fatal", source).bind("folder", temp.path()).batch(1'000) | leat::to_vector()) == input);
  CHECK(temp.has("death"));
}

TEST_CASE("what is handed back is done by others, and every result is there once and in order") {
  hands_back<leat::pickle>();
  hands_back<leat::msgpack>();
}

TEST_CASE("a worker with much to do is asked for it while others have nothing") {
  const leat::python py(quiet(2));
  const auto pids = up_to(8) | py.map<int>("awaiting", leat::source_text(sharers)).batch(8) | leat::to_vector();
  CHECK(pids.size() == 8);
  CHECK(std::set<int>(pids.begin(), pids.end()).size() == 2);
}

TEST_CASE("it is asked once for a batch, where it has done one before") {
  const leat::python py(quiet(2));
  const folder temp;
  const auto f = py.map<int>("interrupted", leat::source_text(sharers)).bind("folder", temp.path()).batch(8);
  CHECK((up_to(24) | f | leat::sum()) == 1);
}

TEST_CASE("it is asked while the source is silent, too") {
  const leat::python py(quiet(2));
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const leat::python_detail::descriptor in(ends[0]);
  leat::python_detail::descriptor out(ends[1]);
  const std::string lines = "0\n1\n2\n3\n4\n5\n6\n7\n";
  REQUIRE(::write(out.get(), lines.data(), lines.size()) == static_cast<ssize_t>(lines.size()));
  std::set<int> pids;
  std::size_t answers = 0;
  leat::lines(in.get()) | leat::map([](const std::string& line) { return std::stoi(line); }) |
      py.map<int>("awaiting", leat::source_text(sharers)).batch(8) | leat::for_each([&](int pid) {
        pids.insert(pid);
        if (++answers == 8) out.reset();
      });
  CHECK(answers == 8);
  CHECK(pids.size() == 2);
}

// While batch 4 waits behind a slow one in a worker, another worker takes batch 6: what is handed back must not go behind that.
constexpr const char* overtaken = R"(
import time
def f(x, fails):
    if x < 0: return ""
    batch = x // 40
    if batch == 2: time.sleep(0.05)
    elif x % 40 == 39: return "y" * 300000
    if batch == 6 and not fails: return "x" * 200000
    if x == 250 and fails:
        time.sleep(0.5)
        raise ValueError("six")
    return ""
def slow(x):
    time.sleep(0.02 if x < 30 else 0)
    return x
def source():
    for i in range(8):
        time.sleep(0.03)
        yield i
)";

TEST_CASE("what is handed back waits behind no later batch, which would wait for it") {
  const leat::python py(quiet(3));
  const auto source = leat::source_text(overtaken);
  for (const bool fails : {false, true}) {
    const auto f = py.map<std::string>("f", source).bind("fails", fails).batch(40);
    for (int learn = 0; learn < 3; ++learn) CHECK((ints(4000, -1) | f | leat::to_vector()).size() == 4000);
    const auto late = leat::map([](int i) {
      if (i == 245) std::this_thread::sleep_for(300ms);
      return i;
    });
    const auto run = [&] { return (up_to(280) | late | f | leat::to_vector()).size(); };
    if (!fails) CHECK(run() == 280);
    if (fails) CHECK(thrown<leat::python_error>(run).where().record == 250);
  }
}

TEST_CASE("a batch has the size that was asked for, also behind slow sources and where workers share") {
  const leat::python py(quiet(3)), other(quiet(1));
  const auto source = leat::source_text(overtaken);
  const char* sizes = "lambda xs: [len(xs)] * len(xs)";
  CHECK((up_to(90) | py.map<int>("slow", source) | py.map_batches<int>(sizes).batch(30) | leat::to_vector()) == ints(90, 30));
  CHECK((py.generate<int>("source", source) | other.map_batches<int>(sizes).batch(4) | leat::to_vector()) == ints(8, 4));
  CHECK((up_to(3) | other.map_batches<int>(sizes).batch(std::numeric_limits<std::size_t>::max()) | leat::to_vector()) ==
        ints(3, 3));
}

TEST_CASE("a batch that kills its workers does so as often as attempts allow, though it is cut") {
  const folder temp;
  auto options = quiet(2);
  options.attempts = 2;
  const leat::python py(options);
  const auto source = leat::source_text(
      "import os, time\ndef f(x, folder):\n  if x == 33:\n    open(f'{folder}/{os.getpid()}', 'w').close()\n    os._exit(1)\n"
      "  time.sleep(0.003)\n  return x\n");
  CHECK_THROWS_AS(up_to(200) | py.map<int>("f", source).bind("folder", temp.path()).batch(100) | leat::to_vector(),
                  leat::worker_died);
  CHECK(std::distance(std::filesystem::directory_iterator(temp.path()), {}) == 2);
}

TEST_CASE("a gathered call that fails counts once, names its own error alone, and is tried by halves") {
  const leat::python py(quiet(1));
  leat::accumulator<long> n("n", 0L);
  const auto source = leat::source_text(
      "calls = []\n"
      "def f(xs, n):\n  for x in xs: n.add(1)\n  if 3 in xs: raise ValueError('no')\n  return xs\n"
      "def small(xs):\n  calls.append(len(xs))\n  if len(xs) > 3: raise MemoryError\n  return [len(calls)] * len(xs)\n");
  const auto f = py.batch_function<int(int)>("f", source).bind("n", n).gather(1h, 8);
  const auto small = py.batch_function<int(int)>("small", source).gather(1h, 8);
  std::vector<std::future<int>> answers, others;
  for (int x = 0; x < 8; ++x) answers.push_back(f.async(x)), others.push_back(small.async(x));
  for (int x = 0; x < 8; ++x) {
    auto& answer = answers[static_cast<std::size_t>(x)];
    if (x == 3)
      CHECK(thrown<leat::python_error>([&] { answer.get(); }).causes().empty());
    else
      CHECK(answer.get() == x);
    CHECK(others[static_cast<std::size_t>(x)].get() <= 7);
  }
  CHECK(n.value() == 8);
}

TEST_CASE("a function of many arguments is called with those of all threads") {
  const leat::python py(quiet(2));
  const auto f = py.batch_function<int(int)>("lambda xs: [10 // x for x in xs]");
  std::vector<std::future<int>> answers;
  for (int x = 0; x < 16; ++x) answers.push_back(f.async(x));
  CHECK(thrown<leat::python_error>([&] { answers[0].get(); }).type() == "ZeroDivisionError");
  for (int x = 1; x < 16; ++x) CHECK(answers[static_cast<std::size_t>(x)].get() == 10 / x);
  CHECK(f.batch(ints{1, 2, 5}) == ints{10, 5, 2});
  CHECK_THROWS_AS(f.batch(ints{1, 0}), leat::python_error);

  const auto many = py.batch_function<int(int)>("lambda xs: [len(xs)] * len(xs)").gather(1h, 4);
  answers.clear();
  for (int x = 0; x < 4; ++x) answers.push_back(many.async(x));
  for (auto& answer : answers) CHECK(answer.get() == 4);
  CHECK(many(1) == 1);  // no other thread is there to wait for

  const struct {
    const char *function, *says;
  } wrong[] = {{"lambda xs: xs[1:]", "returned 1 result where 2 were expected"},
               {"lambda xs: xs + [1]", "returned 3 results where 2 were expected"},
               {"lambda xs: 'ab'", "returned 'str' where a list of results was expected"},
               {"lambda xs: {x for x in xs}", "returned 'set' where a list of results was expected"},
               {"lambda xs: 1", "returned 'int' where a list of results was expected"}};
  for (auto const& w : wrong) {
    const auto pair = py.batch_function<int(int)>(w.function).gather(1h, 2);
    auto one = pair.async(1), two = pair.async(2);
    for (auto* answer : {&one, &two}) {
      const auto e = thrown<leat::python_error>([&] { answer->get(); });
      CHECK(contains(e.what(), w.says));
      CHECK(contains(e.what(), "py.batch_function("));
    }
    CHECK_THROWS_AS(py.batch_function<int(int)>(w.function).batch(ints{1, 2}), leat::python_error);
  }
}

}  // namespace
}  // namespace python_function_batch_size
