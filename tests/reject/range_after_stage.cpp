// expect: leat: what follows a stage must be a stage or a sink; wrap a function in map(f), a range-v3 or std adaptor in
// expect: docs/errors.md#not-a-stage
#include <leat/native.hpp>

#include <vector>

int main() {
  std::vector<int> v{1, 2};
  return leat::map([](int x) { return x; }) | v | leat::sum();
}
