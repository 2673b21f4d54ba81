// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <cstdio>
#include <string>
#include <vector>

struct order {
  std::string item;
  int count;
  double price;
};

int main() {
  std::vector<order> orders{{"nut", 3, 0.5}, {"bolt", 2, 1.25}};
  std::printf("%.2f\n", orders | leat::elements(&order::price) | leat::sum());
  for (auto const& [item, count] : orders | leat::elements(&order::item, &order::count))
    std::printf("%s %d\n", item.c_str(), count);
}
