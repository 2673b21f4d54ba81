// expect: leat: scan passes on a copy of each result, and these cannot be copied; docs/errors.md#scan-copy
#include <leat/native.hpp>

#include <memory>
#include <vector>

int main() {
  auto later = [](std::unique_ptr<int>, std::unique_ptr<int> b) { return b; };
  return static_cast<int>(std::vector<std::unique_ptr<int>>(2) | leat::scan(later) | leat::count());
}
