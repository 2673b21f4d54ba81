// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_RUN_HPP
#define LEAT_RUN_RUN_HPP

#include <leat/run/action.hpp>
#include <leat/run/aggregate_by_key.hpp>
#include <leat/run/cache.hpp>
#include <leat/run/chain.hpp>
#include <leat/run/chunk.hpp>
#include <leat/run/collect.hpp>
#include <leat/run/combine.hpp>
#include <leat/run/context.hpp>
#include <leat/run/count_by_key.hpp>
#include <leat/run/dataset.hpp>
#include <leat/run/dataset_stage.hpp>
#include <leat/run/distinct.hpp>
#include <leat/run/engine.hpp>
#include <leat/run/enumerate.hpp>
#include <leat/run/function_ref.hpp>
#include <leat/run/generated.hpp>
#include <leat/run/group_by_key.hpp>
#include <leat/run/iterate.hpp>
#include <leat/run/job.hpp>
#include <leat/run/keeping.hpp>
#include <leat/run/lineage.hpp>
#include <leat/run/options.hpp>
#include <leat/run/parallelize.hpp>
#include <leat/run/per_partition.hpp>
#include <leat/run/reduce_by_key.hpp>
#include <leat/run/repartition.hpp>
#include <leat/run/sort_by.hpp>
#include <leat/run/stored.hpp>
#include <leat/run/sugar.hpp>
#include <leat/run/take.hpp>
#include <leat/run/task.hpp>
#include <leat/run/union.hpp>

#endif
