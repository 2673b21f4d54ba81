// SPDX-License-Identifier: BSL-1.0
// What a Python stage costs, with two workers, against what a user would do instead. Peers:
//   floor                the same work inside one interpreter, divided by the workers (peers.py)
//   Pool.imap            multiprocessing with the same batches (peers.py)
//   ProcessPoolExecutor  its map, with the same batches (peers.py)
//   embedded             an interpreter in this process, called for each element from one thread
// usage: python_stage [--quick] [CASE]
#include <leat/leat.hpp>

#include <cstdint>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <pybind11/embed.h>
#include <pybind11/stl.h>

#include "bench.hpp"
#include "child.hpp"

namespace {

namespace py = pybind11;

constexpr std::size_t workers = 2, partitions = 4;
const std::string folder = LEAT_BENCH_FOLDER;

using integer = std::int64_t;
using record = std::tuple<integer, double, std::string>;

// What a result adds to the sum that all contenders must agree on.
struct weigh {
  integer operator()(integer x) const { return x; }
  integer operator()(const std::string& s) const { return static_cast<integer>(s.size()); }
  integer operator()(const record& r) const { return std::get<0>(r) + static_cast<integer>(std::get<2>(r).size()); }
};

// Calls of the embedded interpreter: one element in, the weight of all that comes out.
template <class Out>
struct mapped {
  template <class T>
  integer operator()(const py::object& f, const T& x) const {
    return weigh{}(f(x).template cast<Out>());
  }
};
struct filtered {
  integer operator()(const py::object& f, integer x) const { return f(x).cast<bool>() ? x : 0; }
};
struct flat {
  integer operator()(const py::object& f, integer x) const {
    integer all = 0;
    for (auto y : f(x)) all += y.cast<integer>();
    return all;
  }
};

struct setup {
  bool quick;
  std::string only;  // the case to run; empty: all
  leat::context ctx{{.slots = workers}};
  leat::python<> leat{{.interpreter = bench::interpreter(), .imports = {}, .path = {folder}, .workers = workers}};
  bench::child peers{{bench::interpreter(), folder + "/peers.py"}};
  py::module_ functions = py::module_::import("functions");
};

double ask(bench::child& peers, const std::string& question, integer expected) {
  peers.say(question);
  std::istringstream answer(peers.line());
  double seconds = 0;
  integer result = 0;
  answer >> seconds >> result;
  bench::check(question, result, expected);
  return seconds;
}

/// `name`: the case; `peer`: its name in peers.py; `f`: the function in functions.py; `batch`: elements a batch, about what
/// leat chooses.
template <class T, class Stage, class Call>
void compare(setup& s, const std::string& name, const std::string& peer, const char* f, const std::vector<T>& data,
             std::size_t batch, Stage stage, Call call, integer expected) {
  if (!s.only.empty() && s.only != name) return;
  const auto dataset = s.ctx.parallelize(data, partitions);
  const std::string work = " " + std::to_string(data.size()) + " " + std::to_string(batch);
  const py::object function = s.functions.attr(f);
  auto timed = [&](auto source) {
    integer sum = 0;
    const double t = bench::seconds([&] { sum = source() | stage | leat::map(weigh{}) | leat::sum(); });
    bench::check(name, sum, expected);
    return t;
  };
  const auto times = bench::interleaved(
      s.quick ? 5 : 15,  //
      [&] { return timed([&]() -> auto& { return data; }); }, [&] { return timed([&] { return dataset; }); },
      [&] { return ask(s.peers, peer + " floor" + work, expected) / workers; },
      [&] { return ask(s.peers, peer + " pool" + work, expected); },
      [&] { return ask(s.peers, peer + " executor" + work, expected); },
      [&] {
        integer sum = 0;
        const double t = bench::seconds([&] {
          for (const T& x : data) sum += call(function, x);
        });
        bench::check(name + " embedded", sum, expected);
        return t;
      });
  const char* peers[] = {"floor", "Pool.imap", "ProcessPoolExecutor", "embedded"};
  for (std::size_t leat = 0; leat < 2; ++leat)
    for (std::size_t p = 0; p < 4; ++p)
      bench::row(name + (leat == 0 ? "/range" : "/dataset"), peers[p], times[leat], times[2 + p]);
}

void run(setup& s) {
  const std::size_t n = s.quick ? 1'000'000 : 2'000'000;
  auto numbers = [](std::size_t count) {
    std::vector<integer> v(count);
    for (std::size_t i = 0; i < count; ++i) v[i] = static_cast<integer>(i);
    return v;
  };
  auto total = [](std::size_t count) { return static_cast<integer>(count * (count - 1) / 2); };

  const auto ints = numbers(n);
  const auto half = numbers(n / 2);
  compare(s, "ints", "ints", "affine", ints, 16384, s.leat.map<integer>("lambda x: x * 2 + 1"), mapped<integer>{},
          2 * total(n) + static_cast<integer>(n));
  compare(s, "ints_named", "ints", "affine", ints, 16384, s.leat.map<integer>("functions:affine"), mapped<integer>{},
          2 * total(n) + static_cast<integer>(n));
  {
    std::vector<std::string> strings;
    for (std::size_t i = 0; i < n / 4; ++i) {
      std::string digits = std::to_string(i);
      strings.push_back(std::string(100 - digits.size(), '0') + digits);
    }
    compare(s, "strings", "strings", "mark", strings, 1248, s.leat.map<std::string>("lambda s: s + '!'"), mapped<std::string>{},
            static_cast<integer>(101 * strings.size()));
  }
  {
    std::vector<record> tuples;
    integer expected = 0;
    for (std::size_t i = 0; i < n / 5; ++i) {
      tuples.emplace_back(i, 0.5 * static_cast<double>(i), std::to_string(i));
      expected += weigh{}(tuples.back()) + 1;
    }
    compare(s, "tuples", "tuples", "scale", tuples, 5000, s.leat.map<record>("lambda t: (t[0] + 1, t[1] * 2, t[2])"),
            mapped<record>{}, expected);
  }
  integer thirds = 0;
  for (std::size_t i = 0; i < half.size(); i += 3) thirds += half[i];
  compare(s, "filter", "filter", "third", half, 16384, s.leat.filter("lambda x: x % 3 == 0"), filtered{}, thirds);
  compare(s, "flat_map", "flat_map", "triple", half, 14000, s.leat.flat_map<integer>("lambda x: (x, x + 1, x + 2)"), flat{},
          3 * total(n / 2) + 3 * static_cast<integer>(n / 2));
  const auto few = numbers(n / 500);
  const auto steps = static_cast<std::size_t>(std::stoul(std::getenv("LEAT_BENCH_HEAVY")));
  compare(s, "heavy", "heavy", "heavy", few, 20, s.leat.map<integer>("functions:heavy"), mapped<integer>{},
          total(few.size()) + static_cast<integer>(few.size()) * total(steps));
}

}  // namespace

int main(int argc, char** argv) try {
  ::setenv("PYTHONDONTWRITEBYTECODE", "1", 1);
  bench::child calibration({bench::interpreter(), folder + "/peers.py", "calibrate"});
  ::setenv("LEAT_BENCH_HEAVY", std::to_string(std::stoi(calibration.line())).c_str(), 1);  // for all interpreters that follow
  calibration.wait();
  const py::scoped_interpreter embedded;
  py::module_::import("sys").attr("path").attr("insert")(0, folder);
  setup s{bench::quick(argc, argv), argc > 1 && argv[argc - 1][0] != '-' ? argv[argc - 1] : ""};
  bench::header();
  run(s);
} catch (const std::exception& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
