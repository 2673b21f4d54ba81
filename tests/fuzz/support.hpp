// SPDX-License-Identifier: BSL-1.0
// What the fuzz targets share: the types that they decode to, and how they say that something is wrong.
#ifndef LEAT_TESTS_FUZZ_SUPPORT_HPP
#define LEAT_TESTS_FUZZ_SUPPORT_HPP

#include <leat/core/error.hpp>
#include <leat/wire/buffer.hpp>
#include <leat/wire/codec/complex.hpp>
#include <leat/wire/codec/containers.hpp>
#include <leat/wire/codec/scalars.hpp>
#include <leat/wire/codec/variants.hpp>
#include <leat/wire/value.hpp>

#include <complex>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace fuzz {

/// Ends the program, which is how a target fails.
inline void expect(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "WRONG: %s\n", what);
  std::abort();
}

/// Calls `f<T>()` for the type that a number stands for.
template <class F>
void with_type(unsigned number, F f) {
  using text = std::string;
  using record = std::tuple<std::int64_t, text, std::vector<double>, std::map<text, std::optional<leat::bytes>>, std::set<int>>;
  switch (number % 12) {
    case 0:
      return f.template operator()<std::int64_t>();
    case 1:
      return f.template operator()<text>();
    case 2:
      return f.template operator()<record>();
    case 3:
      return f.template operator()<std::vector<std::vector<text>>>();
    case 4:
      return f.template operator()<std::map<text, std::map<std::int64_t, std::vector<text>>>>();
    case 5:
      return f.template operator()<std::pair<double, std::uint64_t>>();
    case 6:
      return f.template operator()<std::vector<std::set<std::tuple<text, bool>>>>();
    case 7:
      return f.template operator()<std::optional<leat::bytes>>();
    case 8:
      return f.template operator()<std::tuple<std::tuple<>, std::tuple<float>, std::vector<std::monostate>, std::int8_t>>();
    case 9:
      return f.template operator()<std::variant<std::monostate, bool, std::int64_t, double, text, std::vector<std::int64_t>>>();
    case 10:
      return f.template operator()<std::map<int, std::complex<double>>>();
    default:
      return f.template operator()<std::vector<std::vector<std::tuple<int, int, int, int>>>>();
  }
}

/// The bytes that a wire writes for values, by which they are compared: NaN differs from itself.
template <class Wire, class T>
std::string encoded(const std::vector<T>& values) {
  leat::wire::buffer out;
  typename Wire::template encoder<T> encoder;
  encoder.begin(out);
  for (const T& x : values) encoder.put(out, x);
  encoder.end(out, values.size());
  return std::string(out.view());
}

/// Whether two values are the same in kind, content and shape.
inline bool same(const leat::wire::value& a, const leat::wire::value& b) {
  std::map<const leat::wire::value*, const leat::wire::value*> seen;
  std::vector<std::pair<const leat::wire::value*, const leat::wire::value*>> todo{{&a, &b}};
  while (!todo.empty()) {
    auto [x, y] = todo.back();
    todo.pop_back();
    if (auto [known, fresh] = seen.emplace(x, y); !fresh) continue;
    if (x->kind != y->kind || x->natural != y->natural || x->small != y->small || x->text != y->text ||
        x->items.size() != y->items.size())
      return false;
    for (std::size_t i = 0; i != x->items.size(); ++i) todo.emplace_back(x->items[i], y->items[i]);
  }
  return true;
}

}  // namespace fuzz

#endif
