// expect: leat: this stage needs a dataset, not a range or a partition; write ctx.parallelize(range) | ...;
// expect: docs/errors.md#needs-dataset
#include <leat/run/context.hpp>
#include <leat/run/operation/distinct.hpp>
#include <leat/run/operation/per_partition.hpp>

int main() {
  leat::context ctx;
  return static_cast<int>((ctx.range(3) | leat::per_partition(leat::distinct())).count());
}
