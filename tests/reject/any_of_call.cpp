// expect: leat: the function of any_of must take a const element and return bool; docs/errors.md#any-of-call
#include <leat/native.hpp>

#include <vector>

int main() {
  std::vector<int> v{1};
  return v | leat::any_of([](int& x) { return ++x > 1; });
}
