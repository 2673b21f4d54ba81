// expect: leat: this sink is copied for each of the results, and its function only moves; capture a shared_ptr instead;
// expect: docs/errors.md#sink-copies
#include <leat/native.hpp>

#include <memory>
#include <vector>

int main() {
  auto add = [k = std::make_unique<int>(3)](int a, int b) { return a + b + *k; };
  return (std::vector{1, 2} | leat::group_into([](int x) { return x; }, leat::reduce(std::move(add)))).at(1);
}
