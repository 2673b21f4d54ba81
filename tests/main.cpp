// SPDX-License-Identifier: BSL-1.0
// The one main() of all test programs. They run in the project's root, with LEAT_PYTHON naming the interpreter to use.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
// libstdc++ counts the owners of an exception without the sanitizer's knowledge: it cannot see who is the last one.
extern "C" const char* __tsan_default_suppressions() { return "race:std::__exception_ptr::exception_ptr::_M_release\n"; }
#endif
#endif
