// A struct of the program's own crosses as a dict, as a tuple or as an instance of a Python class.
#include <iostream>
#include <leat/leat.hpp>

struct point {
  double x = 0, y = 0;
  LEAT_FIELDS(x, y)
};

struct pixel {
  using leat_as = leat::as_tuple;
  int column = 0, row = 0;
  LEAT_FIELDS(column, row)
};

struct address {  // a named tuple of Python's own library; a dataclass serves as well
  using leat_as = leat::as_instance<"urllib.parse:SplitResult">;
  std::string scheme, netloc, path, query, fragment;
  LEAT_FIELDS(scheme, netloc, path, query, fragment)
};

namespace vendor {  // a type that cannot be edited
struct size {
  int width = 0, height = 0;
};
}  // namespace vendor
template <>
inline constexpr auto leat::fields_of<vendor::size> = leat::fields<&vendor::size::width, &vendor::size::height>{};

template <class T>
void show(const leat::python<>& py, const char* type, const T& value) {
  std::cout << type << " is " << (std::vector<T>{value} | py.map<std::string>("builtins:repr") | leat::to_vector()).at(0)
            << '\n';
}

int main() {
  const leat::python py{.imports = {"types"}};
  show(py, "point", point{1, 2.5});
  show(py, "pixel", pixel{3, 4});
  show(py, "address", address{"https", "example.org", "/a", "q=1", ""});
  show(py, "vendor::size", vendor::size{640, 480});

  // what comes back may be a dict or any object with these attributes, such as a dataclass or a named tuple
  for (const char* made : {"lambda i: {'x': i, 'y': 2.0}", "lambda i: types.SimpleNamespace(x=1.0, y=i)"}) {
    const auto p = (std::vector{7} | py.map<point>(made) | leat::to_vector()).at(0);
    std::cout << p.x << ' ' << p.y << '\n';
  }
  const auto a = (std::vector{address{}} | py.map<address>("lambda a: a._replace(path='/b')") | leat::to_vector()).at(0);
  std::cout << a.path << '\n';

  for (const char* wrong :
       {"lambda i: {'x': 1.0}", "lambda i: {'x': 1.0, 'y': 2.0, 'z': 3.0}", "lambda i: {'x': 1.0, 'y': 'two'}"})
    try {
      std::vector{7} | py.map<point>(wrong) | leat::to_vector();
    } catch (const leat::conversion_error& e) {
      std::cout << e.message() << '\n';
    }
}
