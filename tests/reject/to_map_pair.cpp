// expect: leat: to_map needs pairs of a key and a value; map to std::pair, or give it a function for each;
// expect: docs/errors.md#to-map-pair
#include <leat/native.hpp>

#include <vector>

int main() { return static_cast<int>((std::vector{1, 2} | leat::to_map()).size()); }
