// SPDX-License-Identifier: BSL-1.0
// Arrays of numbers: what a function of numpy is given of vectors and matrices, and what it may return for them.
#include <leat/leat.hpp>
#include <leat/wire/tensor.hpp>

#include <array>
#include <cstdio>
#include <string>
#include <vector>

using point = std::array<float, 3>;  // a fixed shape
using series = std::vector<double>;  // each as long as it is
using image = leat::tensor<std::uint8_t, 3>;

struct sample {
  int id = 0;
  point at{};
  std::optional<series> values{};
  LEAT_FIELDS(id, at, values)
};

const auto functions = leat::source_text(R"(
import numpy
from leat.tensors import Ragged

def tenfold(lines):                   # arrays that differ in length
    return Ragged(lines.values * 10, lines.offsets)

def spread(samples):                  # columns of a batch
    lengths = [0 if v is None else len(v) for v in samples['values']]
    return numpy.array(lengths) * samples['at'].max(axis=1)

def halves(image):                    # one record
    top, bottom = numpy.split(image, 2)
    return float(top.mean()), float(bottom.mean())
)");

int main() {
  leat::python py;
  try {
    // By record: `.arrays()` makes arrays of what is a list otherwise. They look at the memory of the batch.
    const std::vector<series> lines{{1, 2, 3}, {}, {4, 5}};
    for (double total : lines | py.map<double>("lambda a: float(a.sum())").arrays()) std::printf("%g ", total);
    std::puts("");

    // By batch: a fixed shape is one array of all, with a dimension more.
    const std::vector<point> points{{3, 4, 0}, {1, 2, 2}};
    for (auto const& p : points | py.map_batches<point>("lambda a: a / (a * a).sum(axis=1, keepdims=True) ** 0.5").arrays())
      std::printf("(%.2f %.2f %.2f) ", p[0], p[1], p[2]);
    std::puts("");

    // Vectors are a sequence of arrays, which also has the elements of all, and where each begins.
    for (auto const& line : lines | py.map_batches<series>("tenfold", functions).arrays())
      std::printf("%zu:%g ", line.size(), line.empty() ? 0 : line.back());
    std::puts("");

    // A tensor is an array for every function, on every wire, and so is `leat::ndarray<T>`.
    image checker({2, 2, 1}, std::array<std::uint8_t, 4>{200, 100, 20, 10});
    const std::vector<image> images{checker, image({4, 4, 3})};
    for (auto const& [top, bottom] : images | py.map<std::pair<double, double>>("halves", functions))
      std::printf("%g/%g ", top, bottom);
    std::puts("");

    // Fields keep a column each.
    const std::vector<sample> samples{{1, {1, 2, 3}, series{1, 2}}, {2, {4, 5, 6}, {}}, {3, {7, 8, 9}, series{3}}};
    for (double s : samples | py.map_batches<double>("spread", functions).arrays()) std::printf("%g ", s);
    std::puts("");

    // Calls: those of many threads at once become one array, and its rows their results.
    const auto score = py.batch_function<float(point)>("lambda a: a @ [1, 10, 100]").arrays();
    std::printf("%g\n", static_cast<double>(score(point{1, 2, 3})));

    // What does not fit is said by shape.
    (void)(points | py.map<point>("lambda p: p[:2]").arrays() | leat::to_vector());
  } catch (const leat::conversion_error& e) {
    std::printf("expected %s, got %s\n", e.expected().c_str(), e.python_type().c_str());
  } catch (const leat::start_failed& e) {  // this machine's Python has no numpy
    std::fprintf(stderr, "%s\n", e.what());
    return 77;
  }
}
