// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_SIZE_HINT_HPP
#define LEAT_CORE_SIZE_HINT_HPP

#include <cstddef>

namespace leat {

namespace core {
struct run_info;

/// The largest size: stands for all that are larger, too.
inline constexpr std::size_t most_elements = static_cast<std::size_t>(-1);

constexpr std::size_t add_sizes(std::size_t a, std::size_t b) { return a < most_elements - b ? a + b : most_elements; }

/// A size of whatever type.
template <class N>
constexpr std::size_t saturated(N n) {
  if constexpr (sizeof(N) > sizeof(std::size_t))
    if (n > static_cast<N>(most_elements)) return most_elements;
  return static_cast<std::size_t>(n);
}
}  // namespace core

/// How many elements a chain may expect: exactly `n`, at most `n`, or unknown. `run` is the run that the chain takes part in.
struct size_hint {
  enum kind : unsigned char { unknown, at_most, exact };

  std::size_t n = 0;
  kind known = unknown;
  core::run_info* run = nullptr;

  /// The hint behind a stage that may drop elements.
  constexpr size_hint dropping() const { return {n, known == unknown ? unknown : at_most, run}; }
  /// The hint behind a stage that yields any number of elements.
  constexpr size_hint any() const { return {0, unknown, run}; }
  /// The hint behind a stage that passes at most `m` elements.
  constexpr size_hint limit(std::size_t m) const {
    if (known == unknown) return {m, at_most, run};
    return m < n ? size_hint{m, known, run} : *this;
  }
};

}  // namespace leat

#endif
