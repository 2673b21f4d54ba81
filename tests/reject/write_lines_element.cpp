// expect: leat: write_lines needs text, numbers, or elements with << into a std::ostream; map to std::string first;
// expect: docs/errors.md#write-lines-element
#include <leat/native.hpp>

#include <vector>

struct point {
  int x, y;
};
int main() { return static_cast<int>(std::vector<point>{{1, 2}} | leat::write_lines("points.txt")); }
