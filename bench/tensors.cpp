// SPDX-License-Identifier: BSL-1.0
// What arrays of numbers cost on their way to numpy and back, with two workers: vectors (10^4 x 768 float), images (10^3 x 224
// x 224 x 3 bytes) and series (10^5 of 10 to 1,000 doubles); handed back, summed, and multiplied by a matrix of 768 x 256; by
// batch, by record, and by calls. Peers (tensors.py):
//   numpy+2copies  the operation on batches inside one interpreter, with one copy each way; `rows` calls it for each record
//   Pool.imap      multiprocessing over arrays, which are pickled by protocol 5
//   ray            tasks on batches of 100 arrays, where Ray is installed
//   pybind11       an interpreter in this process, given each record by the buffer protocol
//   lists          leat with lists of numbers in the place of arrays (by record)
// The last line of a case tells how much memory its runs by batch took beyond their input.
// usage: tensors [--quick] [CASE]
#include <leat/leat.hpp>
#include <leat/wire/tensor.hpp>

#include <array>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include <pybind11/embed.h>
#include <pybind11/numpy.h>

#include "bench.hpp"
#include "child.hpp"

namespace {

namespace py = pybind11;

using vector768 = std::array<float, 768>;
using vector256 = std::array<float, 256>;
using image = std::array<std::array<std::array<std::uint8_t, 3>, 224>, 224>;
using series = std::vector<double>;

const char* const functions = R"(
import numpy
W = (numpy.arange(768 * 256) % 7).astype('f4').reshape(768, 256)
def same(a):
    return a
def total(a):
    return float(a.sum())
def total_of_list(a):
    return float(numpy.asarray(a, 'f4').sum())
def product(a):
    return a @ W
def product_of_list(a):
    return (numpy.asarray(a, 'f4') @ W).tolist()
def sums(a):
    return a.reshape(len(a), -1).sum(axis=1) if isinstance(a, numpy.ndarray) else [x.sum() for x in a]
)";

std::vector<vector768> vectors(std::size_t n) {
  std::vector<vector768> all(n);
  for (std::size_t i = 0; i != n * 768; ++i) all[i / 768][i % 768] = static_cast<float>(i % 11);
  return all;
}
std::vector<image> images(std::size_t n) {
  std::vector<image> all(n);
  auto* first = reinterpret_cast<std::uint8_t*>(all.data());
  for (std::size_t i = 0; i != n * sizeof(image); ++i) first[i] = static_cast<std::uint8_t>(i % 251);
  return all;
}
std::vector<series> many_series(std::size_t n) {
  std::vector<series> all(n);
  for (std::size_t i = 0; i != n; ++i) all[i].assign(10 + i * 7919 % 991, static_cast<double>(i % 5));
  return all;
}

double weight(double x) { return x; }
double weight(const series& x) { return x.back(); }
template <class T, std::size_t N>
double weight(const std::array<T, N>& x) {
  return weight(x.back());
}

struct setup {
  bool quick;
  std::string only;
  bench::child& peers;
  const leat::python<leat::columns>& columns;
  const leat::python<>& pickle;
  std::size_t turns() const { return quick ? 3 : 5; }
};

/// The weight of the last result, which all contenders must agree on.
template <class Stage, class T>
double last_of(const std::vector<T>& data, const Stage& stage, std::size_t& n) {
  double last = 0;
  n = 0;
  data | stage | leat::for_each([&](auto const& r) { last = weight(r), ++n; });
  return last;
}

template <class R, class T>
void compare(const setup& s, const std::string& kind, const std::string& operation, const std::vector<T>& data) {
  const std::string name = kind + "/" + operation;
  if (!s.only.empty() && s.only != name && s.only != kind) return;
  const auto source = leat::source_text(functions);
  const std::string by_record = operation == "identity" ? "same" : operation == "sum" ? "total" : "product";
  const std::string by_batch = operation == "sum" ? "sums" : by_record;
  const std::string by_list = operation == "identity" ? "same" : by_record + "_of_list";
  const auto batch = s.columns.template map_batches<R>(by_batch, source);
  const auto record = s.pickle.template map<R>(by_record, source).arrays();
  const auto lists = s.pickle.template map<R>(by_list, source);
  const auto call = s.pickle.template function<R(T)>(by_record, source).arrays();
  double expected = 0;
  std::size_t n = 0;
  expected = last_of(data, batch, n);
  const auto timed = [&](const char* how, auto f) {
    return bench::seconds([&] {
      n = 0;
      bench::check(name + how, f(), expected);
      bench::check(name + how, n, data.size());
    });
  };
  const auto peer = [&](const char* which) {
    s.peers.say(name + " " + which + " " + std::to_string(data.size()));
    std::istringstream answer(s.peers.line());
    std::string seconds;
    double last = 0;
    answer >> seconds >> last;
    if (seconds == "-") return 0.0;
    bench::check(name + " " + which, last, expected);
    return std::stod(seconds);
  };
  double most = 0;
  const auto embedded = [&] {
    const py::dict scope = py::module_::import("__main__").attr("__dict__");
    const py::object f = scope[by_record.c_str()];
    double last = 0;
    for (auto const& x : data) {
      using element = typename leat::tensor_traits<T>::element;
      const auto shape = leat::tensor_traits<T>::shape(x);
      const py::array_t<element> a(std::vector<py::ssize_t>(shape.begin(), shape.end()), leat::tensor_traits<T>::data(x),
                                   py::none());
      const py::object r = f(a);
      if constexpr (std::is_arithmetic_v<R>) {
        last = r.cast<double>();
      } else {
        using out = typename leat::tensor_traits<R>::element;
        const auto made = r.cast<py::array_t<out, py::array::c_style>>();
        std::array<std::size_t, leat::tensor_traits<R>::extents.size()> its{};
        for (std::size_t i = 0; i != its.size(); ++i)
          its[i] = static_cast<std::size_t>(made.shape(static_cast<py::ssize_t>(i)));
        const R kept = leat::wire::tensor_of<R>(
            its, {reinterpret_cast<const char*>(made.data()), static_cast<std::size_t>(made.size()) * sizeof(out)});
        last = weight(kept);
      }
      ++n;
    }
    return last;
  };
  const auto times = bench::interleaved(
      s.turns(),
      [&] {
        bench::forget_peak();
        const double before = bench::megabytes("self", "VmRSS");
        const double t = timed(" by batch", [&] { return last_of(data, batch, n); });
        most = std::max(most, bench::megabytes("self", "VmHWM") - before);
        return t;
      },
      [&] { return timed(" by record", [&] { return last_of(data, record, n); }); },
      [&] {
        return timed(" by call", [&] {
          const auto results = call.batch(data);
          n = results.size();
          return weight(results.back());
        });
      },
      [&] { return peer("numpy"); }, [&] { return peer("rows"); }, [&] { return timed(" embedded", embedded); });
  const double with_lists = timed(" by lists", [&] { return last_of(data, lists, n); }), pool = peer("pool"), ray = peer("ray");
  bench::row(name + "_batch", "numpy+2copies", times[0], times[3]);
  bench::row(name + "_batch", "pybind11", times[0], times[5]);
  bench::row(name + "_record", "rows", times[1], times[4]);
  bench::row(name + "_record", "lists", times[1], with_lists);
  bench::row(name + "_record", "Pool.imap", times[1], pool);
  if (ray > 0) bench::row(name + "_record", "ray", times[1], ray);
  bench::row(name + "_record", "pybind11", times[1], times[5]);
  bench::row(name + "_call", "rows", times[2], times[4]);
  std::printf("# %s: %.1f MB beyond the input\n", name.c_str(), most);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  ::setenv("OPENBLAS_NUM_THREADS", "1", 1);
  ::setenv("OMP_NUM_THREADS", "1", 1);
  const bool quick = bench::quick(argc, argv);
  const std::string only = argc > 1 && argv[argc - 1][0] != '-' ? argv[argc - 1] : "";
  const py::scoped_interpreter embedded;
  std::string packages =
      bench::child({bench::interpreter(), "-c", "import numpy, os; print(os.path.dirname(os.path.dirname(numpy.__file__)))"})
          .line();
  packages.pop_back();
  py::module_::import("sys").attr("path").attr("append")(packages);
  py::exec(functions);
  bench::child peers({bench::interpreter(), LEAT_BENCH_FOLDER "/tensors.py"});
  const leat::python<leat::columns> columns{{.workers = 2}};
  const leat::python<> pickle{{.workers = 2}};
  const setup s{quick, only, peers, columns, pickle};
  bench::header();
  const auto is = [&](const std::string& kind) { return only.empty() || only.rfind(kind, 0) == 0; };
  if (is("vectors")) {
    const auto data = vectors(quick ? 2'000 : 10'000);
    compare<vector768>(s, "vectors", "identity", data);
    compare<double>(s, "vectors", "sum", data);
    compare<vector256>(s, "vectors", "product", data);
  }
  if (is("images")) {
    const auto data = images(quick ? 200 : 1'000);
    compare<image>(s, "images", "identity", data);
    compare<double>(s, "images", "sum", data);
  }
  if (is("series")) {
    const auto data = many_series(quick ? 10'000 : 100'000);
    compare<series>(s, "series", "identity", data);
    compare<double>(s, "series", "sum", data);
  }
}
