// expect: leat: cartesian copies each element into several pairs, and these cannot be copied; map them to what can, such as a
// expect: docs/errors.md#cartesian-element
#include <leat/native.hpp>

#include <memory>
#include <vector>

int main() {
  std::vector<std::unique_ptr<int>> pointers(2);
  return static_cast<int>(std::move(pointers) | leat::cartesian(std::vector{1, 2}) | leat::count());
}
