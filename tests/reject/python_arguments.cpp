// expect: leat: these arguments cannot be sent to Python; take types of the table in docs/types.md;
// docs/errors.md#python-encode
#include <leat/python/python.hpp>

struct point {
  int x, y;
};
int main() {
  leat::python py;
  auto norm = py.function<double(point, int)>("geometry:norm");
  return static_cast<int>(norm(point{3, 4}, 2));
}
