// expect: leat: this struct cannot cross to Python, since it does not say which members do; write LEAT_FIELDS(a, b, ...)
// expect: has_LEAT_FIELDS<point>
// errors: 1
#include <leat/leat.hpp>

#include <iostream>

struct point {
  int x, y;
};
int main() {
  leat::python py;
  auto norm = py.function<double(point, int)>("geometry:norm");
  std::cout << norm(point{3, 4}, 2) << '\n';
}
