// What is taken though it is not quite the declared type: nothing that it holds is lost.
#include <iostream>
#include <leat/leat.hpp>
#include <optional>
#include <set>

struct reading {  // of JSON that may lack a key, and has more than is needed
  using leat_as = leat::ignore_unknown;
  std::string sensor;
  std::optional<double> value;
  LEAT_FIELDS(sensor, value)
};

int main() {
  const leat::python py(leat::python_setup().imports({"json", "collections"}));

  const std::vector<std::string> lines{R"({"sensor": "roof", "value": 20.5, "unit": "C"})", R"({"sensor": "cellar"})"};
  for (const reading& r : lines | py.map<reading>("json:loads"))
    std::cout << r.sensor << ' ' << (r.value ? std::to_string(*r.value) : "none") << '\n';

  const auto list = [&](const char* f) {
    const auto numbers = std::vector{3} | py.map<std::vector<int>>(f) | leat::first();
    for (const int n : numbers) std::cout << n << ' ';
  };
  for (const char* f : {"lambda n: tuple([n, n])", "lambda n: range(n)", "lambda n: {n: 1}.keys()",
                        "lambda n: (k * k for k in range(n))", "lambda n: collections.deque([1, 2, n], 2)", "lambda n: {n}"})
    list(f);
  const auto pair = std::vector{3} | py.map<std::pair<int, std::string>>("lambda n: [n, 'three']") | leat::first();
  std::cout << pair.first << ' ' << pair.second << '\n';

  try {  // what would lose something is refused
    std::vector{3} | py.map<std::set<int>>("lambda n: [n, n]") | leat::first();
  } catch (const leat::conversion_error& e) {
    std::cout << e.message() << '\n';
  }
}
