// expect: leat: the function of filter must take a const element and return bool; docs/errors.md#filter-call
#include <leat/native.hpp>

#include <vector>

int main() {
  std::vector<int> v{1, 2};
  return v | leat::filter([](int& x) { return ++x > 1; }) | leat::sum();
}
