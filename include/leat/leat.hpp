// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_LEAT_HPP
#define LEAT_LEAT_HPP

#include <leat/native.hpp>
#include <leat/python.hpp>
#include <leat/python/async.hpp>
#include <leat/python/call.hpp>
#include <leat/python/generate.hpp>
#include <leat/run/run.hpp>
#include <leat/wire/columns.hpp>

#endif
