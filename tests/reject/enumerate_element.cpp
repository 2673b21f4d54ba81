// expect: leat: enumerate puts the element into a pair, and this one cannot be copied; std::move the source so that its
// expect: docs/errors.md#enumerate-element
#include <leat/native.hpp>

#include <memory>
#include <vector>

int main() {
  std::vector<std::unique_ptr<int>> v(2);
  return static_cast<int>(v | leat::enumerate() | leat::count());
}
