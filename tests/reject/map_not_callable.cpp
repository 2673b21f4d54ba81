// expect: leat: the function of map must accept the element; see In and F above; docs/errors.md#map-call
#include <leat/native.hpp>

#include <vector>

int main() { return std::vector{1, 2} | leat::map(3) | leat::sum(); }
