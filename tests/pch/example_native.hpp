// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>
