// expect: leat: zip and zip_with take ranges, at least one; docs/errors.md#zip-range
#include <leat/native.hpp>

#include <vector>

int main() { return static_cast<int>(leat::zip(std::vector{1, 2}, 3) | leat::count()); }
