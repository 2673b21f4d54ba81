// expect: leat: the function of take_while must take a const element and return bool; docs/errors.md#take-while-call
#include <leat/native.hpp>

#include <string>
#include <vector>

int main() { return std::vector{1, 2} | leat::take_while(&std::string::empty) | leat::sum(); }
