// expect: leat: this shuffle needs pairs of a key and a value; map to std::pair first; docs/errors.md#not-a-pair
#include <leat/run/context.hpp>
#include <leat/run/operation/count_by_key.hpp>

int main() {
  leat::context ctx;
  return static_cast<int>((ctx.range(3) | leat::count_by_key()).count());
}
