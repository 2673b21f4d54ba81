// deleted: // leat: to print it, declare the result: py.map<T>
// errors: 1
#include <leat/leat.hpp>

#include <iostream>
#include <vector>

int main() {
  leat::python py;
  std::vector<int> v{1, 2, 3};
  for (const auto& x : v | py.map("lambda x: x + 1")) std::cout << x << '\n';
}
