// expect: leat: this pipeline has no source; write range | stages | sink; docs/errors.md#no-source
#include <leat/native.hpp>

int main() {
  int total = leat::map([](int x) { return x + 1; }) | leat::sum();
  return total;
}
