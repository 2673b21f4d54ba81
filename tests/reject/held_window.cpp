// expect: leat: this sink keeps elements, and these cannot be copied; std::move the source so that they move;
// expect: docs/errors.md#kept-element
#include <leat/native.hpp>

#include <memory>
#include <vector>

// A window borrows its elements; to keep it is to copy them.
int main() {
  std::vector<std::unique_ptr<int>> v(3);
  return static_cast<int>((std::move(v) | leat::slide(2) | leat::to_vector()).size());
}
