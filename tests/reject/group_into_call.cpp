// expect: leat: the function of group_into must take a const element and return its key; see F and In above;
// expect: docs/errors.md#group-into-call
#include <leat/native.hpp>

#include <vector>

int main() {
  std::vector<int> v{1};
  return static_cast<int>((v | leat::group_into([](int& x) { return x++; })).size());
}
