// expect: leat: the function of drop_while must take a const element and return bool; docs/errors.md#drop-while-call
#include <leat/native.hpp>

#include <vector>

int main() {
  std::vector<int> v{1, 2};
  return v | leat::drop_while([](int& x) { return ++x < 2; }) | leat::sum();
}
