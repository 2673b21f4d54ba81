// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_HPP
#define LEAT_PYTHON_HPP

// Python stages over plain ranges, with the stages and sinks that such pipelines use most. Calls and sources of Python,
// datasets and the rest have headers of their own, which leat.hpp includes.
#include <leat/core/error.hpp>
#include <leat/core/pipeline.hpp>
#include <leat/python/python.hpp>
#include <leat/sink/count.hpp>
#include <leat/sink/for_each.hpp>
#include <leat/sink/sum.hpp>
#include <leat/sink/to_vector.hpp>
#include <leat/source/iota.hpp>
#include <leat/stage/filter.hpp>
#include <leat/stage/map.hpp>

#endif
