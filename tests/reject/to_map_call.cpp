// expect: leat: the functions of to_map must take the element, const for the key, and return key and value;
// expect: docs/errors.md#to-map-call
#include <leat/native.hpp>

#include <string>
#include <vector>

int main() { return static_cast<int>((std::vector{1, 2} | leat::to_map(&std::string::size)).size()); }
