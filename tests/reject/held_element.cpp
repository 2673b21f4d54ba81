// expect: leat: this stage keeps elements, and these cannot be copied; std::move the source so that they move;
// expect: docs/errors.md#held-element
#include <leat/native.hpp>

#include <memory>
#include <vector>

int main() {
  std::vector<std::unique_ptr<int>> v(2);
  return static_cast<int>(v | leat::take_last(1) | leat::count());
}
