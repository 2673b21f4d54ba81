// expect: leat: the function of zip_with must accept an element of each range; see F and R above; docs/errors.md#zip-with-call
#include <leat/native.hpp>

#include <string>
#include <vector>

int main() {
  const std::vector<std::string> names{"a"};
  return leat::zip_with([](int a, int b) { return a + b; }, std::vector{1}, names) | leat::sum();
}
