// expect: leat: the function of inspect must take a const element; use map to change it; docs/errors.md#inspect-call
#include <leat/native.hpp>

#include <vector>

int main() {
  std::vector<int> v{1};
  return v | leat::inspect([](int& x) { ++x; }) | leat::sum();
}
