// expect: leat: a shuffle's key needs == and a hash; specialize std::hash or leat::hash for it; docs/errors.md#no-hash
#include <leat/run/context.hpp>
#include <leat/run/operation/count_by_key.hpp>

#include <vector>

struct point {
  int x, y;
  bool operator==(const point&) const = default;
};
int main() {
  leat::context ctx;
  auto pairs = ctx.parallelize(std::vector<std::pair<point, int>>{{{1, 2}, 3}});
  return static_cast<int>((pairs | leat::count_by_key()).count());
}
