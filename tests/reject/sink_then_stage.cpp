// expect: leat: a sink ends a pipeline; nothing may follow it; docs/errors.md#sink-in-middle
#include <leat/native.hpp>

int main() {
  leat::sum() | leat::map([](int x) { return x; });
  return 0;
}
