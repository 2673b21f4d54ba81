// expect: leat: histogram needs numbers, or a projection to one; docs/errors.md#histogram-element
#include <leat/native.hpp>

#include <string>
#include <vector>

int main() { return static_cast<int>((std::vector<std::string>{"1"} | leat::histogram(3)).nan); }
