// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_TESTS_VOLUME_HPP
#define LEAT_TESTS_VOLUME_HPP

#include <cstdlib>

namespace test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif
#else
inline constexpr bool sanitized = false;
#endif

/// 1, or 10 under a sanitizer, which takes that many times as long; 1 there too with LEAT_TEST_ALL (./dev test --all).
inline int stride() {
  static const int step = sanitized && std::getenv("LEAT_TEST_ALL") == nullptr ? 10 : 1;
  return step;
}

/// How many of `n` cases that differ by chance or by number alone run.
template <class N>
N volume(N n) {
  return static_cast<N>(n / static_cast<N>(stride()));
}

}  // namespace test

#endif
