// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_DURATIONS_HPP
#define LEAT_CORE_DURATIONS_HPP

// Durations, times and clocks. libstdc++ declares them for <mutex>, too, which every file is spared 80 ms by: <chrono> brings
// the calendar.
#include <concepts>

#if defined(__GLIBCXX__)
#include <mutex>
#else
#include <chrono>
#endif

#endif
