// expect: leat: arrays take a header of their own; include leat/wire/tensor.hpp; docs/errors.md#arrays-header
#include <leat/python/python.hpp>
#include <leat/sink/to_vector.hpp>

#include <vector>

int main() {
  leat::python py;
  auto sums = std::vector<std::vector<float>>(9) | py.map<double>("lambda a: float(a.sum())").arrays() | leat::to_vector();
}
