// expect: leat: zip puts elements into a pair or a tuple, and these cannot be copied; std::move the ranges so that their
// elements expect: docs/errors.md#zip-element
#include <leat/native.hpp>

#include <memory>
#include <vector>

int main() {
  std::vector<std::unique_ptr<int>> pointers(2);
  return static_cast<int>(leat::zip(pointers, leat::iota(0)) | leat::count());
}
