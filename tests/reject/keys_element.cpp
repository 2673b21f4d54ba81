// expect: leat: keys needs pairs, tuples or what else has a member first; docs/errors.md#keys-element
#include <leat/native.hpp>

#include <vector>

int main() { return std::vector{1, 2} | leat::keys() | leat::sum(); }
