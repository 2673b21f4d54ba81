// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_TESTS_WIRE_TYPES_HPP
#define LEAT_TESTS_WIRE_TYPES_HPP

#include <leat/wire/pickle.hpp>

#include <array>
#include <complex>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "support.hpp"

namespace types {

enum class color : std::uint8_t { red = 1, green = 2 };
constexpr auto leat_values(color) { return std::array{color::red, color::green}; }
enum plain_enum { zero, one, far = 70000 };
enum class letter : char { a = 'a', z = 'z' };
enum class flag : bool { off, on };

struct point {
  double x = 0, y = 0;
  LEAT_FIELDS(x, y)
  friend bool operator==(const point&, const point&) = default;
};
struct pixel {
  using leat_as = leat::as_tuple;
  int column = 0, row = 0;
  LEAT_FIELDS(column, row)
  friend auto operator<=>(const pixel&, const pixel&) = default;
};
class person {
 public:
  person() = default;
  person(std::string name, std::optional<int> age, std::vector<point> places) : name_(name), age_(age), from(places) {}
  LEAT_FIELDS(name_, age_, from)
  friend bool operator==(const person&, const person&) = default;

 private:
  std::string name_;
  std::optional<int> age_;
  std::vector<point> from;
};
struct place {
  using leat_as = leat::as_instance<"leat_test_geo:Place">;
  std::string name;
  point at;
  LEAT_FIELDS(name, at)
  friend bool operator==(const place&, const place&) = default;
};
struct lenient {
  using leat_as = leat::ignore_unknown;
  int n = 0;
  std::optional<std::string> text;
  LEAT_FIELDS(n, text)
  friend bool operator==(const lenient&, const lenient&) = default;
};
struct nothing {
  LEAT_FIELDS()
  friend bool operator==(const nothing&, const nothing&) = default;
};
struct tagged : point {
  int tag = 0;
};

}  // namespace types

namespace vendor {
struct size {
  int width = 0, height = 0;
  friend bool operator==(const size&, const size&) = default;
};
}  // namespace vendor
template <>
inline constexpr auto leat::fields_of<vendor::size> = leat::fields<&vendor::size::width, &vendor::size::height>{};

#endif
