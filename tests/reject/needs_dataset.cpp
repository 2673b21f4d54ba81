// expect: leat: this stage needs a dataset, not a range or a partition; write ctx.parallelize(range) | ...;
// expect: docs/errors.md#needs-dataset
#include <leat/run/operation/distinct.hpp>

#include <vector>

int main() { return static_cast<int>(std::vector{1, 1, 2} | leat::distinct() | leat::count()); }
