// expect: leat: this struct cannot cross to Python, since it does not say which members do; write LEAT_FIELDS(a, b, ...)
// expect: has_LEAT_FIELDS<point>
// errors: 1
#include <leat/leat.hpp>

#include <iostream>
#include <vector>

struct point {
  int x, y;
};
int main() {
  leat::python py;
  std::vector<std::pair<int, point>> v{{1, {2, 3}}};
  for (const int x : v | py.map<int>("lambda p: p[1].x") | leat::map([](int x) { return 2 * x; }) | leat::to_vector())
    std::cout << x << '\n';
}
