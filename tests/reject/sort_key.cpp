// expect: leat: the function of sort_by must be copyable, take a const element and return a copyable key with <;
// expect: docs/errors.md#sort-key
#include <leat/run/context.hpp>
#include <leat/run/operation/sort_by.hpp>

#include <vector>

struct point {
  int x, y;
};
int main() {
  leat::context ctx;
  return static_cast<int>((ctx.parallelize(std::vector<point>{{1, 2}}) | leat::sort_by()).count());
}
