// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_RANGE_CONCEPTS_HPP
#define LEAT_CORE_RANGE_CONCEPTS_HPP

// The concepts of ranges and views. libstdc++ has them in <span>, too, without the adaptors, which take 40 ms to compile.
#include <concepts>

#if defined(__GLIBCXX__)
#include <span>
#else
#include <ranges>
#endif

#endif
