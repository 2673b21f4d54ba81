// expect: leat: distinct needs elements with == and a hash; specialize std::hash or leat::hash; docs/errors.md#no-hash
#include <leat/run/context.hpp>
#include <leat/run/operation/distinct.hpp>

#include <vector>

struct point {
  int x, y;
  bool operator==(const point&) const = default;
};
int main() {
  leat::context ctx;
  return static_cast<int>((ctx.parallelize(std::vector<point>{{1, 2}}) | leat::distinct()).count());
}
