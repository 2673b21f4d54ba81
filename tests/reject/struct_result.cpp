// expect: leat: this struct cannot cross to Python, since it does not say which members do; write LEAT_FIELDS(a, b, ...)
// expect: has_LEAT_FIELDS<point>
// errors: 1
#include <leat/leat.hpp>

#include <iostream>
#include <vector>

struct point {
  int x, y;
};
struct line {
  std::vector<point> points;
  LEAT_FIELDS(points)
};
int main() {
  leat::python py;
  std::cout << (std::vector{1} | py.map<line>("lambda x: x") | leat::count());
  auto norm = py.map<int>("lambda x: x");
}
