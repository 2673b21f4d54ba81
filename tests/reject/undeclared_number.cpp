// deleted: // leat: C++ cannot look into a Python object; declare the result: py.map<T>
// errors: 3
#include <leat/leat.hpp>

#include <vector>

int main() {
  leat::python py;
  std::vector<int> v{1, 2, 3};
  double sum = 0;
  for (double x : v | py.map("lambda x: x + 1")) sum += x;
  const auto objects = v | py.map("lambda x: x + 1") | leat::to_vector();
  const std::string text = objects.front();
  return objects.back() ? static_cast<int>(sum) : 0;
}
