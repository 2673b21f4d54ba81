// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_SIZE_HINT_HPP
#define LEAT_CORE_SIZE_HINT_HPP

#include <cstddef>

namespace leat {

namespace core {
struct run_info;
}

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
