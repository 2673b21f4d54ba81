// SPDX-License-Identifier: BSL-1.0
// A matrix type of a program's own, which numpy sees as an array.
#include <leat/leat.hpp>
#include <leat/wire/tensor.hpp>

#include <cstdio>
#include <vector>

struct matrix {
  std::size_t rows = 0, columns = 0;
  std::vector<double> cells{};
};

template <>
struct leat::tensor_traits<matrix> {
  using element = double;
  static constexpr std::array<std::size_t, 2> extents{any_extent, any_extent};
  static std::array<std::size_t, 2> shape(const matrix& m) { return {m.rows, m.columns}; }
  static const double* data(const matrix& m) { return m.cells.data(); }
  static matrix make(const std::array<std::size_t, 2>& shape) {
    return {shape[0], shape[1], std::vector<double>(shape[0] * shape[1])};
  }
  static double* data(matrix& m) { return m.cells.data(); }
};

int main() {
  leat::python py;
  const std::vector<matrix> all{{2, 2, {1, 2, 3, 4}}, {1, 3, {1, 0, 2}}};
  try {
    for (auto const& m : all | py.map<matrix>("lambda a: a.T @ a"))
      std::printf("%zu x %zu, %g in its corner\n", m.rows, m.columns, m.cells.back());
  } catch (const leat::start_failed& e) {  // this machine's Python has no numpy
    std::fprintf(stderr, "%s\n", e.what());
    return 77;
  }
}
