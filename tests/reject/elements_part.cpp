// expect: leat: elements needs an element that has all the parts named, indices or members; docs/errors.md#elements-part
#include <leat/native.hpp>

#include <utility>
#include <vector>

int main() { return std::vector{std::pair(1, 2)} | leat::elements<2>() | leat::sum(); }
