// expect: leat: concat takes ranges, at least one; docs/errors.md#concat-range
#include <leat/native.hpp>

#include <vector>

int main() { return static_cast<int>(leat::concat(std::vector{1, 2}, 3) | leat::count()); }
