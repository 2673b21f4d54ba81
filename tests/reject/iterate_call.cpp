// expect: leat: the function of iterate must be const and take a copyable element and return the next one;
// expect: docs/errors.md#iterate-call
#include <leat/native.hpp>

int main() {
  return leat::iterate(1, [n = 0](int x) mutable { return x + ++n; }) | leat::take(3) | leat::sum();
}
