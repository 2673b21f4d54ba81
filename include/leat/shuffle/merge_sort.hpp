// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SHUFFLE_MERGE_SORT_HPP
#define LEAT_SHUFFLE_MERGE_SORT_HPP

#include <leat/shuffle/block.hpp>

#include <vector>

namespace leat::core {

/// Merges the sorted runs that end at `ends` (the first is 0) into one, neighbours first, so that equal elements keep their
/// order. `turn` is called before each pass.
template <class T, class Less, class Turn>
void merge_runs(block<T>& items, std::vector<std::size_t> ends, Less less, Turn turn) {
  block<T> to;
  for (; ends.size() > 2; std::swap(items, to)) {
    turn();
    to.clear();
    to.reserve(items.size());
    std::vector<std::size_t> wider{0};
    for (std::size_t i = 0; i + 1 < ends.size(); i += 2) {
      std::size_t a = ends[i], b = ends[i + 1];
      const std::size_t middle = b, last = ends[std::min(i + 2, ends.size() - 1)];
      while (a < middle && b < last) to.unchecked(std::move(less(items[b], items[a]) ? items[b++] : items[a++]));
      while (a < middle) to.unchecked(std::move(items[a++]));
      while (b < last) to.unchecked(std::move(items[b++]));
      wider.push_back(last);
    }
    ends = std::move(wider);
  }
}

/// Sorts stably (std::stable_sort of libstdc++ 12 warns with clang 19): short runs by insertion, then merges.
template <class T, class Less, class Turn>
void merge_sort(block<T>& items, Less less, Turn turn) {
  constexpr std::size_t run = 16;  // for so few, moving one place at a time is quicker than merging
  std::vector<std::size_t> ends{0};
  for (std::size_t first = 0; first < items.size(); first = ends.back()) {
    const std::size_t last = std::min(items.size(), first + run);
    for (std::size_t i = first + 1; i < last; ++i) {
      if (!less(items[i], items[i - 1])) continue;
      T x = std::move(items[i]);
      std::size_t at = i;
      for (; at > first && less(x, items[at - 1]); --at) items[at] = std::move(items[at - 1]);
      items[at] = std::move(x);
    }
    ends.push_back(last);
  }
  merge_runs(items, std::move(ends), less, turn);
}

}  // namespace leat::core

#endif
