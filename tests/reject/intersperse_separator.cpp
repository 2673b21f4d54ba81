// expect: leat: the separator of intersperse must convert to the element's type, and be copied;
// expect: docs/errors.md#intersperse-separator
#include <leat/native.hpp>

#include <vector>

int main() { return std::vector{1, 2} | leat::intersperse(", ") | leat::sum(); }
