// SPDX-License-Identifier: BSL-1.0
// What the stages' tests share: the size hint that comes out of a stage, and the elements that are pulled from one.
#ifndef LEAT_TESTS_STAGE_SUPPORT_HPP
#define LEAT_TESTS_STAGE_SUPPORT_HPP

#include <leat/native.hpp>

#include <cstddef>
#include <memory>
#include <ranges>
#include <utility>
#include <vector>

#include "../core/probe.hpp"

namespace probe {

/// A sink whose result is the hint that it got.
struct hint_sink : leat::sink_base {
  template <class In>
  static consteval bool accepts() {
    return true;
  }
  template <class In>
  struct state {
    leat::start_info got{};
    bool start(leat::start_info n) {
      got = n;
      return true;
    }
    bool operator()(In&&) { return true; }
    leat::start_info result() { return got; }
  };
};

/// What stage `s` tells of `n` elements, of which it is told to be so many, or so many at most.
template <class S>
std::size_t exactly(S s, int n) {
  const auto hint = std::vector<int>(static_cast<std::size_t>(n)) | std::move(s) | hint_sink();
  CHECK(hint.known == leat::start_info::exact);
  return hint.n;
}
template <class S>
std::size_t at_most(S s, int n) {
  const auto hint =
      std::vector<int>(static_cast<std::size_t>(n)) | leat::filter([](int) { return true; }) | std::move(s) | hint_sink();
  CHECK(hint.known == leat::start_info::at_most);
  return hint.n;
}

/// The elements of a range, read by its iterators.
template <class R>
std::vector<std::ranges::range_value_t<R>> pulled(R&& range) {
  std::vector<std::ranges::range_value_t<R>> all;
  for (auto&& x : range) all.push_back(std::forward<decltype(x)>(x));
  return all;
}

/// The same numbers from a source that yields them as values and does not know how many there are.
inline auto unsized(const std::vector<int>& v) {
  return v | leat::flat_map([](int x) { return leat::iota(x, x + 1); });
}

inline std::vector<std::unique_ptr<int>> pointers(int n) {
  std::vector<std::unique_ptr<int>> all;
  for (int i = 0; i < n; ++i) all.push_back(std::make_unique<int>(i));
  return all;
}

}  // namespace probe

#endif
