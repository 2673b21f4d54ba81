// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_LEAT_HPP
#define LEAT_LEAT_HPP

#include <leat/native.hpp>
#include <leat/python/python.hpp>
#include <leat/run/run.hpp>
#include <leat/wire/columns.hpp>

#endif
