// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_RANGE_CONCEPTS_HPP
#define LEAT_CORE_RANGE_CONCEPTS_HPP

// The concepts of ranges and views. libstdc++ declares them for <span>, too, which every file is spared 40 ms by: <ranges>
// brings all of its adaptors.
#include <concepts>

#if defined(__GLIBCXX__)
#include <span>
#else
#include <ranges>
#endif

#endif
