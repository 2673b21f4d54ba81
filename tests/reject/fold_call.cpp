// expect: leat: the function of fold must take the accumulator and the element and return the accumulator; see Op, T and In
// expect: docs/errors.md#fold-call
#include <leat/native.hpp>

#include <string>
#include <vector>

int main() { return std::vector<std::string>{"a"} | leat::fold(0, std::plus{}); }
