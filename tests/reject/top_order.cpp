// expect: leat: top must be able to compare elements; give it a comparison or a projection; docs/errors.md#top-order
#include <leat/native.hpp>

#include <string>
#include <vector>

struct point {
  int x, y;
};
int main() {
  auto by_text = [](const std::string& s) { return s.size(); };
  return (std::vector<point>{{1, 2}} | leat::top(1, by_text)).front().x;
}
