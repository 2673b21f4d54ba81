// expect: leat: the function of partition_by must take a const element and return bool; docs/errors.md#partition-by-call
#include <leat/native.hpp>

#include <vector>

struct point {
  int x, y;
};
int main() {
  return (std::vector<point>{{1, 2}} | leat::partition_by([](int x) { return x > 0; })).first.front().x;
}
