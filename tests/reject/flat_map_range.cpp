// expect: leat: the function of flat_map must return a range; use map for a single value; docs/errors.md#flat-map-range
#include <leat/native.hpp>

#include <vector>

int main() {
  return std::vector{1} | leat::flat_map([](int x) { return x; }) | leat::sum();
}
