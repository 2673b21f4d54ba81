// SPDX-License-Identifier: BSL-1.0
// The one source of a program built with LEAT_SEPARATE_COMPILATION that compiles the parts that are no templates.
#include <leat/src.hpp>
