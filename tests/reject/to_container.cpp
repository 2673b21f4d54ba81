// expect: leat: the container of to must take the elements as they are; map to its value type first;
// expect: docs/errors.md#to-container
#include <leat/native.hpp>

#include <set>
#include <string>
#include <vector>

int main() { return static_cast<int>((std::vector{1, 2} | leat::to<std::set<std::string>>()).size()); }
