// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_DURATIONS_HPP
#define LEAT_CORE_DURATIONS_HPP

// Durations, times and clocks. libstdc++ has them in <mutex>, too, without the calendar, which takes 80 ms to compile.
#include <concepts>

#if defined(__GLIBCXX__)
#include <mutex>
#else
#include <chrono>
#endif

#endif
