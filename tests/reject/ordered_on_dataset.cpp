// expect: leat: this stage depends on the order of all elements, which a dataset's tasks do not see; if each partition by
// itself is meant, write per_partition(stage); docs/errors.md#ordered-on-dataset
#include <leat/run/context.hpp>
#include <leat/stage/scan.hpp>

#include <functional>

int main() {
  leat::context ctx;
  return static_cast<int>(ctx.range(3) | leat::scan(std::plus{}) | leat::count());
}
