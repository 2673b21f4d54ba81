// expect: leat: join needs elements that are ranges of text, such as std::vector<std::string>;
// expect: docs/errors.md#join-element
#include <leat/native.hpp>

#include <string>
#include <vector>

int main() { return static_cast<int>(std::vector<std::string>{"a", "b"} | leat::join(", ") | leat::count()); }
