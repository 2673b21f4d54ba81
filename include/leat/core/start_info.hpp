// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_START_INFO_HPP
#define LEAT_CORE_START_INFO_HPP

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

/// What a chain is told at its start: how many elements it may expect (exactly `n`, at most `n`, or unknown), and the run that
/// it takes part in, which stages with work going on elsewhere need. A stage passes on what it was given, or what the functions
/// below make of that, and so the run with it.
struct start_info {
  enum kind : unsigned char { unknown, at_most, exact };

  std::size_t n = 0;
  kind known = unknown;
  core::run_info* run = nullptr;

  /// The hint behind a stage that may drop elements.
  constexpr start_info dropping() const { return {n, known == unknown ? unknown : at_most, run}; }
  /// The hint behind a stage that yields any number of elements.
  constexpr start_info any() const { return {0, unknown, run}; }
  /// The hint behind a stage that passes at most `m` elements.
  constexpr start_info limit(std::size_t m) const {
    if (known == unknown) return {m, at_most, run};
    return m < n ? start_info{m, known, run} : *this;
  }
};

}  // namespace leat

#endif
