// expect: leat: the function of map must accept the element; see In and F above; docs/errors.md#map-call
#include <leat/native.hpp>

#include <string>
#include <vector>

// The wrong element type: the function takes a string, the elements are numbers.
int main() {
  return static_cast<int>(std::vector{1, 2} | leat::map([](const std::string& s) { return s.size(); }) | leat::count());
}
