// expect: leat: unique keeps a copy of what it compares, and this cannot be copied; give it a projection to what can;
// expect: docs/errors.md#unique-copy
#include <leat/native.hpp>

#include <memory>
#include <vector>

int main() { return static_cast<int>(std::vector<std::unique_ptr<int>>(2) | leat::unique() | leat::count()); }
