// expect: leat: the function of flat_map must accept the element; see In and F above; docs/errors.md#flat-map-call
#include <leat/native.hpp>

#include <string>
#include <vector>

int main() {
  return static_cast<int>(std::vector{1} | leat::flat_map([](const std::string& s) { return s; }) | leat::count());
}
