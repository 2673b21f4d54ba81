// expect: leat: min_max copies the element that is both least and greatest, and these only move; use min or max;
// expect: docs/errors.md#min-max-element
#include <leat/native.hpp>

#include <memory>
#include <vector>

int main() {
  std::vector<std::unique_ptr<int>> v(2);
  return (std::move(v) | leat::min_max()).first == nullptr;
}
