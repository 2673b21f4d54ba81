// expect: declare the result: py.map<T>; docs/errors.md#declare-the-result
// errors: 1
#include <leat/leat.hpp>

int main() {
  leat::context ctx;
  leat::python py;
  auto doubled = ctx.range(10) | py.map("lambda x: x + 1") | leat::map([](int x) { return x * 2; }) | leat::to_vector();
}
