// expect: leat: iota counts integers; map them to what you need; docs/errors.md#iota-integer
#include <leat/native.hpp>

int main() { return static_cast<int>(leat::iota(0.0, 1.0) | leat::count()); }
