// expect: leat: to_text needs text elements; map to std::string first; docs/errors.md#to-text-element
#include <leat/native.hpp>

#include <vector>

int main() { return static_cast<int>((std::vector{1, 2} | leat::to_text(", ")).size()); }
