// SPDX-License-Identifier: BSL-1.0
// The source of the library `leat-compiled`: the parts that are no templates, compiled once.
#include <leat/src.hpp>
