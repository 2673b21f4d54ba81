// expect: leat: the function of generate must take nothing and return an element, or a std::optional that is empty at the end;
// expect: docs/errors.md#generate-call
#include <leat/native.hpp>

int main() {
  return leat::generate([](int i) { return i * i; }) | leat::take(3) | leat::sum();
}
