// expect: leat: stats needs numbers; map to a number first; docs/errors.md#stats-element
#include <leat/native.hpp>

#include <string>
#include <vector>

int main() { return static_cast<int>((std::vector<std::string>{"a"} | leat::stats()).count); }
