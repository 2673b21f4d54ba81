// expect: leat: values needs pairs, tuples or what else has a member second; docs/errors.md#values-element
#include <leat/native.hpp>

#include <tuple>
#include <vector>

int main() { return std::vector{std::tuple(1), std::tuple(2)} | leat::values() | leat::sum(); }
