// expect: leat: min_max must be able to compare elements; give it a comparison or a projection; docs/errors.md#min-max-order
#include <leat/native.hpp>

#include <vector>

struct point {
  int x, y;
};
int main() { return (std::vector<point>{{1, 2}} | leat::min_max()).first.x; }
