// Enums, and values of one of several types.
#include <array>
#include <iostream>
#include <leat/leat.hpp>
#include <variant>

enum class color { red = 1, green = 2 };
constexpr auto leat_values(color) { return std::array{color::red, color::green}; }  // the only ones, if it says so

using any = std::variant<std::monostate, int, double, std::string, std::vector<int>>;

int main() {
  const leat::python py;
  const auto repr = py.map<std::string>("builtins:repr");
  for (const std::string& seen : std::vector{color::red, color::green} | repr | leat::to_vector()) std::cout << seen << ' ';
  for (const std::string& seen : std::vector<any>{{}, 1, 1.5, "text", std::vector{1, 2}} | repr | leat::to_vector())
    std::cout << seen << ' ';
  std::cout << '\n';

  std::cout << "the alternatives of";
  for (const any& x : std::vector{0, 1, 2, 3, 4} | py.map<any>("lambda i: (None, 5, 5.0, '5', [5])[i]") | leat::to_vector())
    std::cout << ' ' << x.index();
  std::cout << '\n';

  try {
    std::vector{3} | py.map<color>("lambda i: i") | leat::to_vector();
  } catch (const leat::conversion_error& e) {
    std::cout << e.message() << '\n';
  }
  try {  // True is no int
    std::vector{1} | py.map<any>("lambda i: i == 1") | leat::to_vector();
  } catch (const leat::conversion_error& e) {
    std::cout << e.message() << '\n';
  }
}
