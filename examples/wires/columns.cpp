// SPDX-License-Identifier: BSL-1.0
// Columns: numbers go to numpy as arrays over the memory that C++ wrote them to, and come back as arrays.
#include <leat/leat.hpp>

#include <cstdio>
#include <string>
#include <vector>

struct reading {
  std::int32_t sensor = 0;
  double celsius = 0;
  std::string site;
  LEAT_FIELDS(sensor, celsius, site)
};

const auto functions = leat::source_text(R"(
import numpy

def warm(readings):                   # a struct: a dict of its columns; texts are lists
    keep = readings['celsius'] > 20
    return {'sensor': readings['sensor'][keep],
            'celsius': numpy.round(readings['celsius'][keep], 1),
            'site': [site.upper() for site, kept in zip(readings['site'], keep) if kept]}
)");

int main() {
  leat::python<leat::columns> py;

  std::vector<double> numbers(1'000'000);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<double>(i);
  try {
    std::printf("%.0f\n", numbers | py.map_batches<double>("lambda a: a * 2 + 1") | leat::max());
  } catch (const leat::start_failed& e) {  // this machine's Python has no numpy
    std::fprintf(stderr, "%s\n", e.what());
    return 77;
  }

  // An expression over more than one column: a tuple of arrays goes there, an array of another type comes back.
  const std::vector<std::tuple<double, float>> pairs{{1, 0.5f}, {2, 4}, {3, 1}};
  for (bool larger : pairs | py.map_batches<bool>("lambda c: c[0] > c[1]")) std::printf("%d ", larger);
  std::puts("");

  const std::vector<reading> readings{{1, 19.54, "oslo"}, {2, 24.96, "rome"}, {3, 30.21, "cairo"}};
  for (auto const& r : readings | py.map_batches<reading>("warm", functions) | leat::to_vector())
    std::printf("%d %.1f %s\n", r.sensor, r.celsius, r.site.c_str());

  // Functions of one element get and return plain Python values, as on the other wires.
  for (auto const& name : readings | py.map<std::string>("lambda r: f\"{r['site']}: {r['celsius']:.0f}\""))
    std::printf("%s ", name.c_str());
  std::puts("");

  try {
    (void)(numbers | py.map_batches<std::int64_t>("lambda a: a / 2") | leat::count());
  } catch (const leat::conversion_error& e) {
    std::printf("expected %s, got %s\n", e.expected().c_str(), e.python_type().c_str());
  }
}
