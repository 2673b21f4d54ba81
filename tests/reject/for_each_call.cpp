// expect: leat: the function of for_each must accept the element; see In and F above; docs/errors.md#for-each-call
#include <leat/native.hpp>

#include <string>
#include <vector>

int main() {
  std::vector{1, 2} | leat::for_each([](const std::string&) {});
}
