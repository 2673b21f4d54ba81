// expect: leat: the function of map must return a value; use inspect or for_each for effects; docs/errors.md#map-void
#include <leat/native.hpp>

#include <vector>

int main() {
  return static_cast<int>(std::vector{1, 2} | leat::map([](int) {}) | leat::count());
}
