// expect: leat: the keys of a std::map need <, those of a std::unordered_map need == and std::hash; choose another key
// expect: docs/errors.md#map-key
#include <leat/native.hpp>

#include <vector>

struct point {
  int x, y;
};
int main() {
  return static_cast<int>((std::vector<point>{{1, 2}} | leat::to_map([](point p) { return p; })).size());
}
