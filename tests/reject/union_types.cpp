// expect: leat: a union needs datasets of one element type; map the others to it first; docs/errors.md#union-types
#include <leat/run/context.hpp>
#include <leat/run/operation/union.hpp>

#include <vector>

int main() {
  leat::context ctx;
  return static_cast<int>(leat::union_of(ctx.range(3), ctx.parallelize(std::vector{1.5})).count());
}
