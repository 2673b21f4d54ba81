// expect: leat: the function of sort_by must be copyable, take a const element and return a copyable key with <;
// expect: docs/errors.md#sort-key
#include <leat/run/context.hpp>
#include <leat/run/operation/sort_by.hpp>

#include <functional>

// A comparison where a key is wanted.
int main() {
  leat::context ctx;
  return static_cast<int>((ctx.range(3) | leat::sort_by(std::greater{})).count());
}
