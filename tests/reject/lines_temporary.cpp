// expect: leat: lines borrows its stream, and this one is a temporary that ends before its lines are read; keep it in a
// variable; expect: docs/errors.md#lines-temporary
#include <leat/native.hpp>

#include <sstream>

int main() { return static_cast<int>(leat::lines(std::istringstream("a\nb")) | leat::count()); }
