// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_NATIVE_HPP
#define LEAT_NATIVE_HPP

#include <leat/core/error.hpp>
#include <leat/core/pipeline.hpp>
#include <leat/sink/count.hpp>
#include <leat/sink/first.hpp>
#include <leat/sink/fold.hpp>
#include <leat/sink/for_each.hpp>
#include <leat/sink/max.hpp>
#include <leat/sink/min.hpp>
#include <leat/sink/reduce.hpp>
#include <leat/sink/stats.hpp>
#include <leat/sink/sum.hpp>
#include <leat/sink/to.hpp>
#include <leat/sink/to_vector.hpp>
#include <leat/sink/top.hpp>
#include <leat/source/files.hpp>
#include <leat/source/iota.hpp>
#include <leat/source/lines.hpp>
#include <leat/stage/enumerate.hpp>
#include <leat/stage/filter.hpp>
#include <leat/stage/flat_map.hpp>
#include <leat/stage/inspect.hpp>
#include <leat/stage/map.hpp>
#include <leat/stage/take.hpp>

#endif
