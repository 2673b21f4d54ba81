// expect: declare the result: py.map<T>; docs/errors.md#declare-the-result
// errors: 1
#include <leat/leat.hpp>

#include <functional>

int main() {
  leat::context ctx;
  leat::python py;
  auto sums = ctx.range(10) | py.map("lambda x: (x % 2, x)") | leat::reduce_by_key(std::plus{});
}
