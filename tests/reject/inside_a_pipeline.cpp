// expect: leat: the function of map must accept the element; see In and F above; docs/errors.md#map-call
#include <leat/native.hpp>

#include <string>
#include <vector>

// The misfit is inside a pipeline without a source, and the first one of two is told.
int main() {
  auto text = leat::map([](int x) { return std::to_string(x); });
  auto twice = text | leat::map([](int x) { return 2 * x; }) | leat::filter([](double) { return std::string(); });
  return static_cast<int>(std::vector{1} | (twice | leat::count()));
}
