// expect: leat: mean needs numbers, or a projection to one; docs/errors.md#mean-element
#include <leat/native.hpp>

#include <string>
#include <vector>

int main() { return static_cast<int>(std::vector<std::string>{"a"} | leat::mean()); }
