// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_KIT_PART_COUNT_HPP
#define LEAT_KIT_PART_COUNT_HPP

#include <leat/core/error.hpp>

#include <cstdint>

namespace leat::core {

/// How many partitions, slots or workers a program can mean.
inline constexpr std::size_t most_parts = 1'000'000;

/// A number of partitions, slots or workers as it was given to `name`; 0 stands for `usual`. Throws `usage_error` where the
/// number is above most_parts, as one that was negative is, and where it is 0 and there is no usual one.
inline std::size_t part_count(const char* name, std::size_t n, std::size_t usual, const char* what = "number of partitions") {
  if (n == 0) n = usual;
  if (n - 1 < most_parts) return n;
  std::string text = std::string(name) + ": the " + what + " is ";
  const auto given = static_cast<std::int64_t>(n);
  text += given < 0 ? std::to_string(given) : std::to_string(n);
  throw usage_error(n == 0 ? text : text + ", but must be from 1 to " + std::to_string(most_parts));
}

/// Throws `usage_error` where so many partitions cannot all give to so many others.
inline void check_pieces(const char* name, std::size_t from, std::size_t to) {
  if (from * to > 1'000 * most_parts)
    throw usage_error(std::string(name) + ": from " + std::to_string(from) + " partitions to " + std::to_string(to) +
                      " are more than 10^9 pieces; ask for fewer partitions, or repartition(n) first");
}

}  // namespace leat::core

#endif
