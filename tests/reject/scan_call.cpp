// expect: leat: the function of scan must take the accumulator and the element and return the accumulator; see Op, T and In
// expect: docs/errors.md#scan-call
#include <leat/native.hpp>

#include <functional>
#include <string>
#include <vector>

int main() {
  return std::vector{1, 2} | leat::scan(std::string(), std::plus{}) | leat::map(&std::string::size) | leat::first();
}
