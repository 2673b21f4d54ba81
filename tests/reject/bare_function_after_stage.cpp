// expect: leat: what follows a stage must be a stage or a sink; wrap a function in map(f), a range-v3 or std adaptor in
// expect: docs/errors.md#not-a-stage
#include <leat/native.hpp>

int main() {
  auto pipeline = leat::filter([](int x) { return x > 1; }) | [](int x) { return x * x; };
  return 0;
}
