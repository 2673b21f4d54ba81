// expect: leat: what is called has a signature, such as py.function<double(int)>("math:sqrt");
// expect: docs/errors.md#python-signature
#include <leat/python/call.hpp>
#include <leat/python/python.hpp>

int main() {
  leat::python py;
  auto root = py.function("math:sqrt");
  auto roots = py.batch_function("numpy:sqrt");
  return static_cast<int>(root(2) + roots(2));
}
