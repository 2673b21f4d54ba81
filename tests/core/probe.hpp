// SPDX-License-Identifier: BSL-1.0
// What the native tests share: sources and elements that count what is done to them, and seeded random input.
#ifndef LEAT_TESTS_CORE_PROBE_HPP
#define LEAT_TESTS_CORE_PROBE_HPP

#include <doctest/doctest.h>

#include <cstddef>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace probe {

/// The integers from 0 on, without an end. Counts how often the next one was asked for, the first one included.
class counted {
 public:
  class iterator {
   public:
    using iterator_concept = std::input_iterator_tag;
    using value_type = int;
    using difference_type = std::ptrdiff_t;
    iterator() = default;
    explicit iterator(int* asked) : asked_(asked) { ++*asked_; }
    int operator*() const { return at_; }
    iterator& operator++() {
      ++at_;
      ++*asked_;
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator&, std::default_sentinel_t) { return false; }

   private:
    int* asked_ = nullptr;
    int at_ = 0;
  };
  explicit counted(int& asked) : asked_(&asked) {}
  iterator begin() const { return iterator(asked_); }
  std::default_sentinel_t end() const { return {}; }

 private:
  int* asked_;
};

/// An element that counts copies and moves of all its kind since `reset`.
struct tracked {
  static inline int copies = 0, moves = 0;
  static void reset() { copies = moves = 0; }

  int value = 0;
  tracked() = default;
  explicit tracked(int v) : value(v) {}
  tracked(const tracked& other) : value(other.value) { ++copies; }
  tracked(tracked&& other) noexcept : value(other.value) {
    other.value = -1;
    ++moves;
  }
  tracked& operator=(const tracked& other) {
    value = other.value;
    ++copies;
    return *this;
  }
  tracked& operator=(tracked&& other) noexcept {
    value = other.value;
    other.value = -1;
    ++moves;
    return *this;
  }
};

inline std::vector<tracked> tracked_up_to(int n) {
  std::vector<tracked> all;
  all.reserve(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) all.emplace_back(i);
  tracked::reset();
  return all;
}

/// Calls `body(numbers)` with random vectors; a failure names the seed.
template <class F>
void with_random_input(F body) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    std::vector<int> numbers(random() % 50);
    for (int& x : numbers) x = static_cast<int>(random() % 20) - 10;
    body(numbers);
  }
}

}  // namespace probe

#endif
