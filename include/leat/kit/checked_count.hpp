// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_KIT_CHECKED_COUNT_HPP
#define LEAT_KIT_CHECKED_COUNT_HPP

#include <leat/core/error.hpp>
#include <leat/core/start_info.hpp>

#include <concepts>
#include <string>
#include <utility>

namespace leat::core {

/// A number as it was given to the operation `name`. Throws `usage_error` where it is less than `least`, 0 or 1.
template <std::integral N>
constexpr std::size_t checked_count(const char* name, N n, std::size_t least = 0, const char* what = "number of elements") {
  if (std::cmp_less(n, least))
    throw usage_error(std::string(name) + ": the " + what + (std::cmp_less(n, 0) ? " is negative" : " is 0"));
  if constexpr (sizeof(N) > sizeof(std::size_t))
    if (n > static_cast<N>(most_elements)) throw usage_error(std::string(name) + ": the " + what + " is too large");
  return static_cast<std::size_t>(n);
}

/// The hint behind a stage that makes `f(n)` elements of n; f must not decrease.
template <class F>
constexpr start_info counted(start_info n, F f) {
  if (n.known == start_info::unknown) return n;
  const std::size_t m = f(n.n);
  return m == most_elements ? n.any() : start_info{m, n.known, n.run};
}

/// The hint behind a stage that leaves out `m` elements.
constexpr start_info without(start_info n, std::size_t m) {
  return counted(n, [m](std::size_t all) { return all < m ? 0 : all - m; });
}

}  // namespace leat::core

#endif
