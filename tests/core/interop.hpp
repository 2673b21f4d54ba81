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

#include <ranges>
#include <string>
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

/// Behind a pipeline: borrowed, owned, pulled from one that yields much, as a stage, twice over the same pipeline.
template <class A>
void behind(const char* name, A adaptor) {
  CAPTURE(name);
  for (const std::size_t size : std::initializer_list<std::size_t>{0, 1, 7, 30}) {
    CAPTURE(size);
    std::vector<int> v(size), plain, many;
    for (std::size_t i = 0; i < size; ++i) v[i] = static_cast<int>(i);
    for (const int x : v) {
      if (x % 3 == 1) continue;
      plain.push_back(x * 2);
      many.push_back(x);
      many.push_back(x * 2);
    }
    int k = 2, skipped = 1;  // captured, so that the functions cannot be assigned
    auto kept = [skipped](int x) { return x % 3 != skipped; };
    auto both = [k](int x) { return std::vector{x, x * k}; };
    const std::string expected = told(plain | adaptor), expected_many = told(many | adaptor);

    CHECK(told(v | leat::filter(kept) | leat::map([k](int x) { return x * k; }) | adaptor) == expected);
    CHECK(told(std::vector(v) | leat::filter(kept) | leat::map(number{k}) | adaptor) == expected);
    CHECK(told(v | leat::filter(kept) | leat::flat_map(both) | adaptor) == expected_many);
    auto pipeline = v | leat::filter(kept) | leat::map(number{k});
    for (int pass = 0; pass < 2; ++pass) CHECK(told(pipeline | adaptor) == expected);

    CHECK(told(v | leat::filter(kept) | leat::map(number{k}) | leat::views(adaptor)) == expected);
    auto unbound = leat::filter(kept) | leat::map(number{k}) | leat::views(adaptor);
    CHECK(told(v | unbound) == expected);
    CHECK(told(std::vector(v) | unbound) == expected);
  }
}

/// Before a pipeline: pushed and pulled.
template <class A>
void before(const char* name, A adaptor) {
  CAPTURE(name);
  for (const std::size_t size : std::initializer_list<std::size_t>{0, 1, 7, 30}) {
    CAPTURE(size);
    std::vector<int> v(size);
    for (std::size_t i = 0; i < size; ++i) v[i] = static_cast<int>(i);
    auto text = [](auto&& x) {
      std::string one;
      tell(one, x);
      return one;
    };
    std::vector<std::string> expected;
    for (auto&& x : v | adaptor) {
      const std::string one = text(x);
      if (one.size() != 3) expected.push_back(one);
    }
    auto kept = [](const std::string& s) { return s.size() != 3; };
    auto pipeline = v | adaptor | leat::map(text) | leat::filter(kept);
    CHECK((v | adaptor | leat::map(text) | leat::filter(kept) | leat::to_vector()) == expected);
    std::vector<std::string> pulled;
    for (auto& x : pipeline) pulled.push_back(x);
    CHECK(pulled == expected);
    CHECK((v | leat::views(adaptor) | leat::map(text) | leat::filter(kept) | leat::to_vector()) == expected);
  }
}

template <class A>
void both_sides(const char* name, A adaptor) {
  behind(name, adaptor);
  before(name, adaptor);
}

}  // namespace interop

#endif
