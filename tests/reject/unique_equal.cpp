// expect: leat: unique must be able to compare elements; give it a comparison or a projection; docs/errors.md#unique-equal
#include <leat/native.hpp>

#include <vector>

struct order {
  int price;
};

int main() { return static_cast<int>(std::vector<order>(2) | leat::unique() | leat::count()); }
