// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_TESTS_WIRE_GOLDEN_HPP
#define LEAT_TESTS_WIRE_GOLDEN_HPP

#include <leat/wire/codec/scalars.hpp>

#include <array>
#include <limits>
#include <map>
#include <numeric>
#include <set>

#include "support.hpp"

namespace test {

inline leat::bytes bytes_of(std::string_view text) {
  auto first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

inline std::vector<int> count_to(int n) {
  std::vector<int> values(static_cast<std::size_t>(n));
  std::iota(values.begin(), values.end(), 0);
  return values;
}

/// Calls `f(name, values)` for each case of make_golden.py.
template <class F>
void golden_cases(F f) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  std::string all_bytes;
  for (int i = 0; i != 256; ++i) all_bytes += static_cast<char>(i);

  f("empty", std::vector<int>{});
  f("bools", std::vector<bool>{true, false});
  f("ints", std::vector<std::int64_t>{0,
                                      1,
                                      -1,
                                      127,
                                      128,
                                      255,
                                      256,
                                      65535,
                                      65536,
                                      -128,
                                      -129,
                                      2147483647,
                                      2147483648,
                                      -2147483648,
                                      -2147483649,
                                      1099511627776,
                                      -1099511627776,
                                      4611686018427387904,
                                      INT64_MAX,
                                      INT64_MIN});
  f("naturals", std::vector<std::uint64_t>{0, 255, INT64_MAX, std::uint64_t{1} << 63, UINT64_MAX});
  f("floats", std::vector<double>{0.0, -0.0, 1.5, -2.25, 2.0, 1e300, 5e-324, 0.1, inf, -inf, std::nan("")});
  f("strings", std::vector<std::string>{"", "abc", raw("a\0b"), "gr\xc3\xbc\xc3\x9f", "\xe2\x82\xac", "\xf0\x9f\x98\x80",
                                        "\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\xf4\x8f\xbf\xbf", std::string(256, 'x'),
                                        "line\nbreak\\u1234\r\x1a"});
  f("repeated", std::vector<std::string>{"spam", "egg", "spam", "spam", "egg"});
  f("bytes", std::vector<leat::bytes>{{}, bytes_of("abc"), bytes_of(all_bytes), bytes_of(std::string(300, 'y'))});
  f("optionals", std::vector<std::optional<int>>{std::nullopt, 7, std::nullopt});
  f("nones", std::vector<std::monostate>(2));
  f("lists", std::vector<std::vector<int>>{{}, {1}, {1, 2, 3}, {}});
  f("nested_lists", std::vector<std::vector<std::vector<std::string>>>{{{}}, {}, {{"a"}, {"b", "c"}}, {{}, {}}});
  using tuple_after_list = std::pair<std::vector<int>, std::array<int, 4>>;
  f("empty_then_tuple", std::vector<tuple_after_list>{{{}, {1, 2, 3, 4}}, {{5}, {2, 3, 4, 5}}, {{5, 6}, {3, 4, 5, 6}}});
  f("tuples", std::vector<std::tuple<int, double, std::string, bool>>{{1, 2.5, "three", true}, {-1, -0.5, "", false}});
  f("pairs", std::vector<std::pair<std::string, int>>{{"a", 1}, {"b", 2}});
  f("singles", std::vector<std::tuple<int>>{std::tuple{1}, std::tuple{2}});
  f("units", std::vector<std::tuple<>>(2));
  f("arrays", std::vector<std::array<int, 3>>{{1, 2, 3}, {4, 5, 6}});
  using dict = std::map<std::string, int>;
  f("dicts", std::vector<dict>{{}, {{"a", 1}}, {{"a", 1}, {"b", 2}}, {{"b", 3}}});
  f("int_dicts", std::vector<std::map<int, std::vector<int>>>{{{1, {2, 3}}, {4, {}}}});
  f("sets", std::vector<std::set<int>>{{}, {1}, {1, 2, 3}});
  using record = std::map<std::string, std::tuple<std::string, std::vector<double>, std::optional<leat::bytes>>>;
  f("records", std::vector<record>{{{"id", {"x", {1.5}, std::nullopt}}},
                                   {{"id", {"y", {}, bytes_of("\xff")}}, {"other", {"z", {2.0, 3.0}, leat::bytes{}}}}});
  f("many", count_to(3000));
  f("long_list", std::vector<std::vector<int>>{count_to(2001), count_to(1000), count_to(1001)});
}

}  // namespace test

#endif
