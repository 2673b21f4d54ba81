// Lists, tuples, dicts and sets, nested at will.
#include <array>
#include <iostream>
#include <leat/leat.hpp>
#include <map>
#include <set>

template <class T>
void show(const leat::python<>& py, const char* type, const T& value) {
  const auto seen = std::vector<T>{value} | py.map<std::string>("builtins:repr") | leat::to_vector();
  const bool same = (std::vector<T>{value} | py.map<T>("lambda x: x") | leat::to_vector()).at(0) == value;
  std::cout << type << " is " << seen.at(0) << (same ? "" : ", and comes back as another value") << '\n';
}

int main() {
  const leat::python py;
  show(py, "std::vector", std::vector{1.5, 2.5});
  show(py, "std::pair", std::pair{1, std::string("one")});
  show(py, "std::tuple", std::tuple{1, true, std::tuple{2}});
  show(py, "std::array", std::array{1, 2, 3});
  show(py, "std::map", std::map<std::string, std::vector<int>>{{"a", {1, 2}}, {"b", {}}});
  leat::dict_items<std::string, int> ordered;
  ordered.emplace_back("z", 1);
  ordered.emplace_back("a", 2);
  show(py, "leat::dict_items", ordered);
  show(py, "std::set", std::set{1, 2});
  show(py, "std::set as a key", std::map<std::set<int>, int>{{{1, 2}, 3}});
  show(py, "std::optional", std::vector<std::optional<int>>{7, std::nullopt});
}
