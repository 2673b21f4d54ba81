// expect: leat: the ranges of concat must have elements of one type, or types with a common one; map them first;
// expect: docs/errors.md#concat-element
#include <leat/native.hpp>

#include <string>
#include <vector>

int main() { return static_cast<int>(leat::concat(std::vector{1}, std::vector<std::string>{"a"}) | leat::count()); }
