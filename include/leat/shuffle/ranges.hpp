// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SHUFFLE_RANGES_HPP
#define LEAT_SHUFFLE_RANGES_HPP

#include <leat/kit/nan.hpp>
#include <leat/shuffle/block.hpp>

#include <algorithm>
#include <vector>

namespace leat::core {

/// The order of a sort's keys, reversed on demand; NaN is last in either.
template <class K>
struct key_order {
  bool descending;

  bool operator()(const K& a, const K& b) const { return descending ? better_value<true>(a, b) : better_value<false>(a, b); }
};

/// Picks at most `parts - 1` strictly growing bounds from sorted samples, so that part i holds the keys up to and including
/// bound i, about as many samples each. No part is empty where there are as many different keys as parts.
template <class Samples, class Less>
auto range_bounds(const Samples& sorted, std::size_t parts, Less less) {
  std::vector<std::size_t> ends;  // behind the last sample of each different key
  for (std::size_t i = 1; i <= sorted.size(); ++i)
    if (i == sorted.size() || less(sorted[i - 1], sorted[i])) ends.push_back(i);
  std::vector<std::remove_cvref_t<decltype(sorted[0])>> bounds;
  if (ends.empty()) return bounds;
  const std::size_t n = std::min(parts, ends.size());
  std::size_t next = 0;
  for (std::size_t i = 1; i < n; ++i, ++next) {
    const std::size_t latest = ends.size() - 1 - (n - i);  // leaves a key for each of the later parts
    while (next < latest && ends[next] * n < sorted.size() * i) ++next;
    bounds.push_back(sorted[ends[next] - 1]);
  }
  return bounds;
}

}  // namespace leat::core

#endif
