// expect: leat: a pipeline does nothing until a sink ends it; docs/errors.md#dropped
// expect: leat: a sink does nothing until a source feeds it; docs/errors.md#dropped
// expect: leat: a dataset does nothing until an action or a loop reads it; docs/errors.md#dropped
// expect: leat: this makes a function and calls none; docs/errors.md#dropped
// expect: dropped.cpp:24:
// expect: dropped.cpp:25:
// expect: dropped.cpp:26:
// expect: dropped.cpp:27:
// expect: dropped.cpp:28:
// expect: dropped.cpp:29:
// expect: dropped.cpp:30:
// expect: dropped.cpp:31:
// expect: dropped.cpp:32:
// expect: dropped.cpp:33:
#include <leat/leat.hpp>

#include <vector>

#pragma GCC diagnostic error "-Wunused-result"
#pragma GCC diagnostic error "-Wunused-value"  // from clang 22 on

void drop(const leat::python<>& py, const leat::dataset<int>& numbers, const std::vector<int>& v) {
  const auto twice = leat::map([](int x) { return 2 * x; });
  v | twice;
  twice | twice;
  twice | leat::sum();
  numbers | twice;
  numbers | leat::distinct();
  py.map<int>("lambda x: x").bind("y", 1);
  v | py.map<int>("lambda x: x");
  py.function<int(int)>("lambda x: x");
  py.generate<int>("lambda: range(3)");
  leat::map(twice);
}

int main() {}
