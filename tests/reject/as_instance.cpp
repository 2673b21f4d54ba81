// expect: leat: as_instance names a Python class by its module, a colon and its name; write module:Class;
// expect: docs/errors.md#as-instance
#include <leat/wire/pickle.hpp>

#include <string>

struct point {
  using leat_as = leat::as_instance<"geo.Point">;
  int x, y;
  LEAT_FIELDS(x, y)
};
int main() { return static_cast<int>(leat::pickle::dumps(point{1, 2}).size()); }
