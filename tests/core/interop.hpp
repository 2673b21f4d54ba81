// SPDX-License-Identifier: BSL-1.0
// An adaptor of another library before and behind pipelines of leat, against plain loops.
#ifndef LEAT_TESTS_CORE_INTEROP_HPP
#define LEAT_TESTS_CORE_INTEROP_HPP

#include <leat/core/pipeline.hpp>
#include <leat/sink/to_vector.hpp>
#include <leat/stage/filter.hpp>
#include <leat/stage/flat_map.hpp>
#include <leat/stage/map.hpp>
#include <leat/stage/views.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

namespace interop {

// What an adaptor yields, as text: a number, or a range, a pair or a tuple of what can be told.
template <class T>
void tell(std::string& text, T&& x) {
  if constexpr (std::ranges::input_range<T>) {
    text += '[';
    for (auto&& y : x) tell(text, y);
    text += ']';
  } else if constexpr (requires { x.first; }) {
    tell(text, x.first);
    tell(text, x.second);
  } else if constexpr (requires { std::get<0>(x); }) {
    tell(text, std::get<0>(x));
  } else {
    text += std::to_string(x) + ' ';
  }
}

template <class R>
std::string told(R&& range) {
  std::string text;
  for (auto&& x : range) tell(text, x);
  return text;
}

struct number {
  int k;
  int operator()(int x) const { return x * k; }
};

// No function here is made in a template: the pipelines before and behind an adaptor are the same types for all.
inline auto without(int skipped) {  // captured, so that the functions cannot be assigned
  return [skipped](int x) { return x % 3 != skipped; };
}
inline auto times(int k) {
  return [k](int x) { return x * k; };
}
inline auto once_and_times(int k) {
  return [k](int x) { return std::vector{x, x * k}; };
}
constexpr auto text_of = [](auto&& x) {
  std::string one;
  tell(one, x);
  return one;
};
constexpr auto not_of_three = [](const std::string& s) { return s.size() != 3; };

/// 0 to n - 1; and what the pipelines make of them, each as it is and doubled.
struct numbers {
  std::vector<int> v, plain, many;
  explicit numbers(int n) {
    for (int x = 0; x < n; ++x) {
      v.push_back(x);
      if (x % 3 == 1) continue;
      plain.push_back(x * 2);
      many.push_back(x);
      many.push_back(x * 2);
    }
  }
};
inline void for_sizes(const char* name, const std::function<void(numbers&)>& check) {
  CAPTURE(name);
  for (const int size : {0, 1, 7, 30}) {
    CAPTURE(size);
    numbers n(size);
    check(n);
  }
}
inline void same(const char* how, const std::string& actual, const std::string& expected) {
  CAPTURE(how);
  CHECK(actual == expected);
}
inline void same(const char* how, const std::vector<std::string>& actual, const std::vector<std::string>& expected) {
  CAPTURE(how);
  CHECK(actual == expected);
}

/// Behind a pipeline: borrowed, owned, pulled from one that yields much, as a stage, twice over the same pipeline.
template <class A>
void behind(const char* name, A adaptor) {
  for_sizes(name, [&](numbers& n) {
    std::vector<int>& v = n.v;
    const std::string expected = told(n.plain | adaptor), expected_many = told(n.many | adaptor);
    const auto kept = leat::filter(without(1));
    same("borrowed", told(v | kept | leat::map(times(2)) | adaptor), expected);
    same("owned", told(std::vector(v) | kept | leat::map(number{2}) | adaptor), expected);
    same("of much", told(v | kept | leat::flat_map(once_and_times(2)) | adaptor), expected_many);
    auto pipeline = v | kept | leat::map(number{2});
    for (int pass = 0; pass < 2; ++pass) same("a pass over one pipeline", told(pipeline | adaptor), expected);

    same("a stage", told(v | kept | leat::map(number{2}) | leat::views(adaptor)), expected);
    auto unbound = kept | leat::map(number{2}) | leat::views(adaptor);
    same("a stage of none", told(v | unbound), expected);
    same("a stage of none, owned", told(std::vector(v) | unbound), expected);
  });
}

/// Before a pipeline: pushed and pulled.
template <class A>
void before(const char* name, A adaptor) {
  for_sizes(name, [&](numbers& n) {
    std::vector<int>& v = n.v;
    std::vector<std::string> expected;
    for (auto&& x : v | adaptor)
      if (std::string one = text_of(x); not_of_three(one)) expected.push_back(std::move(one));
    const auto texts = leat::map(text_of) | leat::filter(not_of_three);
    auto pipeline = v | adaptor | texts;
    same("pushed", v | adaptor | texts | leat::to_vector(), expected);
    std::vector<std::string> pulled;
    for (auto& x : pipeline) pulled.push_back(x);
    same("pulled", pulled, expected);
    same("a stage", v | leat::views(adaptor) | texts | leat::to_vector(), expected);
  });
}

template <class A>
void both_sides(const char* name, A adaptor) {
  behind(name, adaptor);
  before(name, adaptor);
}

}  // namespace interop

#endif
