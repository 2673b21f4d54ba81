// expect: leat: Python cannot add to an accumulator of this type; use a type of the table in docs/types.md;
// expect: docs/errors.md#python-accumulator
#include <leat/python/function/accumulator.hpp>

struct point {
  int x, y;
};
int main() {
  auto plus = [](point a, point b) { return point{a.x + b.x, a.y + b.y}; };
  leat::accumulator<point, decltype(plus)> total("total", point{}, plus);
}
