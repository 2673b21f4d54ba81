// expect: leat: a Python function is given as text, such as "lambda x: x + 1" or "package.module:name"; a C++ function goes
// into leat::map(f); docs/errors.md#python-function
#include <leat/python/python.hpp>

#include <vector>

int main() {
  leat::python py;
  std::vector<int> v{1, 2, 3};
  v | py.map<int>([](int x) { return x + 1; });
}
