// expect: leat: the function of all_of must take a const element and return bool; docs/errors.md#all-of-call
#include <leat/native.hpp>

#include <string>
#include <vector>

int main() { return std::vector{1} | leat::all_of(&std::string::empty); }
