// expect: leat: split needs text, such as std::string or std::string_view; docs/errors.md#split-element
#include <leat/native.hpp>

#include <vector>

int main() { return static_cast<int>(std::vector{1, 2} | leat::split(',') | leat::count()); }
