// SPDX-License-Identifier: BSL-1.0
// Python functions of one element: map, starmap, filter, flat_map.
#include <leat/leat.hpp>

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

struct order {
  std::string item;
  int count = 0;
  LEAT_FIELDS(item, count)  // a dict in Python
};

int main() {
  const leat::python py(leat::python_setup().imports({"math as m"}));
  const std::vector<int> xs{1, 2, 3, 4};

  for (double y : xs | py.map<double>("lambda x: m.sqrt(x)")) std::printf("%.2f ", y);
  for (int y : xs | py.map<int>("lambda x: x + by").bind("by", 10)) std::printf("%d ", y);
  for (auto const& s : xs | py.map("lambda x: {x: 'n'}") | py.map<std::string>("builtins:str"))  // one pass, in one worker
    std::printf("%s ", s.c_str());
  std::puts("");

  const std::vector<std::pair<std::string, int>> pairs{{"a", 3}, {"b", 2}};
  for (auto const& s : pairs | py.starmap<std::string>("lambda text, n: text * n")) std::printf("%s ", s.c_str());
  for (auto const& s : pairs | py.map<std::string>("lambda pair: pair[0] * pair[1]")) std::printf("%s ", s.c_str());
  std::puts("");

  const std::vector<order> orders{{"fig", 2}, {"kiwi", 0}, {"plum", 7}};
  for (order const& o : orders | py.filter("lambda o: o['count']")) std::printf("%s:%d ", o.item.c_str(), o.count);
  for (auto const& s : orders | py.flat_map<std::string>("lambda o: [o['item']] * min(o['count'], 3)"))
    std::printf("%s ", s.c_str());
  std::puts("");

  try {
    xs | py.map<double>("lambda x: 1 / (x - 3)") | leat::sum();
  } catch (const leat::python_error& e) {
    std::printf("element %zu: %s: %s\n", *e.where().record, e.type().c_str(), e.python_message().c_str());
  }
}
