// expect: leat: this stage depends on the order of all elements, which a dataset's tasks do not see; if each partition by
// itself expect: is meant, write per_partition(stage); docs/errors.md#ordered-on-dataset
#include <leat/run/context.hpp>

// A stage of one's own is taken to need all elements in order until it says that it works on each by itself.
struct differences_stage : leat::stage_base {};

int main() {
  leat::context ctx;
  return static_cast<int>(ctx.range(3) | differences_stage() | leat::count());
}
