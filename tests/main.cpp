// SPDX-License-Identifier: BSL-1.0
// The one main() of all test programs. They run in the project's root, with LEAT_PYTHON naming the interpreter to use.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
