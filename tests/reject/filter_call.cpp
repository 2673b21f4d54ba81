// expect: leat: the function of filter must take a const element and return bool; docs/errors.md#filter-call
#include <leat/native.hpp>

#include <string>
#include <vector>

int main() {
  return std::vector{1, 2} | leat::filter([](int x) { return std::to_string(x); }) | leat::sum();
}
