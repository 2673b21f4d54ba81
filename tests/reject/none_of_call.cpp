// expect: leat: the function of none_of must take a const element and return bool; docs/errors.md#none-of-call
#include <leat/native.hpp>

#include <string>
#include <vector>

// Without a function the elements themselves must be conditions.
int main() { return std::vector<std::string>{"a"} | leat::none_of(); }
