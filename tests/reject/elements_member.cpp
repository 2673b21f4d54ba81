// expect: leat: elements needs an element that has all the parts named, indices or members; docs/errors.md#elements-part
#include <leat/native.hpp>

#include <vector>

struct order {
  int price;
};

int main() { return static_cast<int>(std::vector{1, 2} | leat::elements(&order::price) | leat::count()); }
