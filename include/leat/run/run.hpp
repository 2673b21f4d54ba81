// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_RUN_HPP
#define LEAT_RUN_RUN_HPP

#include <leat/run/context.hpp>
#include <leat/run/dataset/dataset.hpp>
#include <leat/run/dataset/dataset_stage.hpp>
#include <leat/run/dataset/sinks.hpp>
#include <leat/run/engine/action.hpp>
#include <leat/run/engine/chain.hpp>
#include <leat/run/engine/charging_node.hpp>
#include <leat/run/engine/chunk.hpp>
#include <leat/run/engine/engine.hpp>
#include <leat/run/engine/function_ref.hpp>
#include <leat/run/engine/iterate.hpp>
#include <leat/run/engine/job.hpp>
#include <leat/run/engine/lineage.hpp>
#include <leat/run/engine/options.hpp>
#include <leat/run/engine/stored_partition.hpp>
#include <leat/run/engine/stored_partitions.hpp>
#include <leat/run/engine/task.hpp>
#include <leat/run/operation/aggregate_by_key.hpp>
#include <leat/run/operation/cache.hpp>
#include <leat/run/operation/combine.hpp>
#include <leat/run/operation/count_by_key.hpp>
#include <leat/run/operation/distinct.hpp>
#include <leat/run/operation/enumerate.hpp>
#include <leat/run/operation/group_by_key.hpp>
#include <leat/run/operation/per_partition.hpp>
#include <leat/run/operation/reduce_by_key.hpp>
#include <leat/run/operation/repartition.hpp>
#include <leat/run/operation/sort_by.hpp>
#include <leat/run/operation/take.hpp>
#include <leat/run/operation/union.hpp>
#include <leat/run/source/generated.hpp>
#include <leat/run/source/parallelize.hpp>

#endif
