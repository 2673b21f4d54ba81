// expect: leat: this value cannot be sent to Python; see the types in docs/types.md; docs/errors.md#python-encode
#include <leat/python/python.hpp>
#include <leat/sink/count.hpp>
#include <vector>

struct point {
  int x, y;
};
int main() {
  leat::python py;
  auto shift = py.map<int>("lambda x: x + p.x").bind("p", point{1, 2});
  return static_cast<int>(std::vector{1} | shift | leat::count());
}
