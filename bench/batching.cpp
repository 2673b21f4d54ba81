// SPDX-License-Identifier: BSL-1.0
// How well batches are sized, with two workers: functions whose calls cost something whatever their size, records of unlike
// cost, and calls that several threads make. A row's first time is that of a run after another one of the same function; the
// peer `first run` is the one before, when nothing was known. Peers:
//   best fixed   leat with the size of batches, out of several, that is fastest
//   Pool.imap    multiprocessing over the records with the chunk size that is fastest (batching.py)
//   joblib       its Parallel with batch_size="auto" (batching.py)
//   lists        Pool.imap over lists that a user has cut, of the size that is fastest (batching.py)
//   ideal        of the calls: as if all threads were always in one call
// A function of lists that Pool.imap and joblib call with one record costs them its fixed cost for each: they get fewer
// records, and the time is that of all in proportion.
// usage: batching [--quick] [CASE]
#include <leat/leat.hpp>

#include <functional>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "bench.hpp"
#include "child.hpp"

namespace {

constexpr std::size_t workers = 2;
const std::string folder = LEAT_BENCH_FOLDER;
using numbers = std::vector<int>;

numbers up_to(std::size_t n) {
  numbers v(n);
  for (std::size_t i = 0; i < n; ++i) v[i] = static_cast<int>(i);
  return v;
}

struct setup {
  bool quick;
  std::string only;  // the case to run; empty: all
  bench::child peers{{bench::interpreter(), folder + "/batching.py"}};

  double ask(const std::string& peer, const std::string& function, std::size_t records, std::size_t chunk) {
    peers.say(peer + " " + function + " " + std::to_string(records) + " " + std::to_string(chunk));
    return std::stod(peers.line());
  }
};

leat::python<> environment() {
  return leat::python<>{{.interpreter = bench::interpreter(), .path = {folder}, .workers = workers}};
}

template <class Stage>
double run(const numbers& records, Stage stage) {
  numbers out;
  const double t = bench::seconds([&] { out = records | stage | leat::to_vector(); });
  bench::check("batching", out, records);
  return t;
}

/// The size that is fastest, of several.
std::size_t best_of(const std::vector<std::size_t>& sizes, const std::function<double(std::size_t)>& time) {
  double best = std::numeric_limits<double>::max();
  std::size_t found = sizes.front();
  for (const std::size_t n : sizes)
    if (const double t = time(n); t < best) {
      best = t;
      found = n;
    }
  return found;
}

/// `alone`: so many of the records for peers that call the function once for each.
template <class Make>
void compare(setup& s, const std::string& name, std::size_t n, std::size_t alone, const std::vector<std::size_t>& sizes,
             bool lists, Make make) {
  if (!s.only.empty() && s.only != name) return;
  const auto records = up_to(n);
  const auto py = environment();
  records | py.map<int>("lambda x: x") | leat::to_vector();  // starts the workers
  const auto stage = make(py);
  const double first = run(records, stage);
  const std::size_t turns = s.quick ? 1 : 3;
  const auto fixed = best_of(sizes, [&](std::size_t size) { return run(records, stage.batch(size)); });
  const std::vector<std::size_t> chunks = {1, 10, 100, std::max<std::size_t>(1, alone / 8),
                                           std::max<std::size_t>(1, alone / 2)};
  const auto chunk = best_of(chunks, [&](std::size_t size) { return s.ask("pool", name, alone, size); });
  const double share = static_cast<double>(n) / static_cast<double>(alone);
  const auto times = bench::interleaved(
      turns, [&] { return run(records, stage); }, [&] { return run(records, stage.batch(fixed)); },
      [&] { return share * s.ask("pool", name, alone, chunk); }, [&] { return share * s.ask("joblib", name, alone, 0); },
      [&] { return lists ? s.ask("lists", name, n, fixed) : 0; });
  bench::row(name, ("best fixed: " + std::to_string(fixed)).c_str(), times[0], times[1]);
  bench::row(name, ("Pool.imap: " + std::to_string(chunk)).c_str(), times[0], times[2]);
  bench::row(name, "joblib", times[0], times[3]);
  if (lists) bench::row(name, ("lists: " + std::to_string(fixed)).c_str(), times[0], times[4]);
  bench::row(name, "first run", times[0], first);
}

/// Threads that call a function of lists, each as soon as it is answered.
void calls(setup& s, std::size_t threads) {
  const std::string name = "calls_" + std::to_string(threads);
  if (!s.only.empty() && s.only != name) return;
  const auto py = environment();
  const auto f = py.batch_function<int(int)>("batching:five");
  const auto gathering = f.gather(std::chrono::milliseconds(5), 64);
  const std::size_t each = s.quick ? 50 : 400;
  const auto all = [&](const auto& function) {
    std::vector<std::thread> callers;
    for (std::size_t i = 0; i < threads; ++i)
      callers.emplace_back([&, i] {
        for (std::size_t k = 0; k < each; ++k) {
          const int x = static_cast<int>(i * each + k);
          bench::check(name, function(x), x);
        }
      });
    for (auto& caller : callers) caller.join();
  };
  const auto times = bench::interleaved(s.quick ? 1 : 5, [&] { all(f); }, [&] { all(gathering); });
  const double ideal = 0.005 * static_cast<double>(each);
  bench::row(name, "ideal", times[0], ideal);
  bench::row(name + "_gather", "ideal", times[1], ideal);
}

void run_all(setup& s) {
  const std::size_t n = 10'000, some = s.quick ? 2'000 : n;
  const auto batches = [](const char* f) {
    return [f](const leat::python<>& py) { return py.map_batches<int>(std::string("batching:") + f); };
  };
  const auto records = [](const char* f) {
    return [f](const leat::python<>& py) { return py.map<int>(std::string("batching:") + f); };
  };
  compare(s, "fixed", n, 100, {n / 4, n / 2, n}, true, batches("fixed"));
  compare(s, "fixed_10us", n, 100, {n / 10, n / 4, n / 2, n}, true, batches("fixed_10us"));
  compare(s, "fixed_1ms", some, 100, {50, 100, 200, some / 8, some / 4, some / 2}, true, batches("fixed_1ms"));
  compare(s, "squared", some, some, {1, 2, 4}, true, batches("squared"));
  const std::vector<std::size_t> sizes = {1, 10, 30, 100, some / 20, some / 8, some / 2};
  compare(s, "by_turns", some, some, sizes, false, records("by_turns"));
  compare(s, "dear_later", some, some, sizes, false, [&](const leat::python<>& py) {
    return py.map<int>("batching:dear_later").bind("half", static_cast<int>(some / 2));
  });
  compare(s, "one_dear", some, some, sizes, false, records("one_dear"));
  calls(s, 8);
  calls(s, 1);
}

}  // namespace

int main(int argc, char** argv) try {
  ::setenv("PYTHONDONTWRITEBYTECODE", "1", 1);
  setup s{bench::quick(argc, argv), argc > 1 && argv[argc - 1][0] != '-' ? argv[argc - 1] : ""};
  bench::header();
  run_all(s);
} catch (const std::exception& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
