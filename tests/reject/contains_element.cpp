// expect: leat: contains must be able to compare elements with its value by ==; docs/errors.md#contains-element
#include <leat/native.hpp>

#include <string>
#include <vector>

int main() { return std::vector<std::string>{"1"} | leat::contains(1); }
