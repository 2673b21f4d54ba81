// expect: leat: sum needs elements with += and a default value; map to a number first; docs/errors.md#sum-element
#include <leat/native.hpp>

#include <vector>

int main() { return static_cast<int>((std::vector<std::vector<int>>{{1}, {2}} | leat::sum()).size()); }
