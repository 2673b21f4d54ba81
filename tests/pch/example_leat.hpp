// SPDX-License-Identifier: BSL-1.0
#include <leat/leat.hpp>
