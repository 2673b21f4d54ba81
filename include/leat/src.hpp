// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SRC_HPP
#define LEAT_SRC_HPP

// The non-template parts, for the one source file of a program that is built with LEAT_SEPARATE_COMPILATION.
#if !defined(LEAT_SEPARATE_COMPILATION)
#error \
    "leat: define LEAT_SEPARATE_COMPILATION for the whole program to compile its parts once; without it, leave leat/src.hpp out"
#endif

#include <leat/core/impl/cpus.ipp>
#include <leat/core/impl/effects.ipp>
#include <leat/core/impl/input_file.ipp>
#include <leat/core/impl/write_all.ipp>
#include <leat/python/impl/batch_size.ipp>
#include <leat/python/impl/blob.ipp>
#include <leat/python/impl/counter.ipp>
#include <leat/python/impl/desk.ipp>
#include <leat/python/impl/dict_writer.ipp>
#include <leat/python/impl/environment.ipp>
#include <leat/python/impl/exchange.ipp>
#include <leat/python/impl/exchange_end.ipp>
#include <leat/python/impl/function.ipp>
#include <leat/python/impl/given.ipp>
#include <leat/python/impl/helper_thread.ipp>
#include <leat/python/impl/interpreter.ipp>
#include <leat/python/impl/memory_slot.ipp>
#include <leat/python/impl/monitor.ipp>
#include <leat/python/impl/order.ipp>
#include <leat/python/impl/package.ipp>
#include <leat/python/impl/passage.ipp>
#include <leat/python/impl/pool.ipp>
#include <leat/python/impl/pool_end.ipp>
#include <leat/python/impl/private_folder.ipp>
#include <leat/python/impl/process.ipp>
#include <leat/python/impl/profile.ipp>
#include <leat/python/impl/program.ipp>
#include <leat/python/impl/relay.ipp>
#include <leat/python/impl/runner.ipp>
#include <leat/python/impl/session.ipp>
#include <leat/python/impl/settings.ipp>
#include <leat/python/impl/source_pass.ipp>
#include <leat/python/impl/source_session.ipp>
#include <leat/run/impl/context.ipp>
#include <leat/run/impl/engine.ipp>
#include <leat/run/impl/job.ipp>
#include <leat/run/impl/lineage.ipp>
#include <leat/run/impl/options.ipp>
#include <leat/run/impl/text.ipp>
#include <leat/run/impl/threads.ipp>
#include <leat/shuffle/impl/memory.ipp>
#include <leat/sink/impl/write_lines.ipp>
#include <leat/source/impl/files.ipp>
#include <leat/source/impl/lines.ipp>
#include <leat/source/impl/stream_lines.ipp>
#include <leat/stage/impl/progress.ipp>
#include <leat/wire/impl/big_int.ipp>
#include <leat/wire/impl/calendar.ipp>
#include <leat/wire/impl/column_types.ipp>
#include <leat/wire/impl/convert.ipp>
#include <leat/wire/impl/frame.ipp>
#include <leat/wire/impl/merge.ipp>
#include <leat/wire/impl/pickle_machine.ipp>
#include <leat/wire/impl/same_keys.ipp>
#include <leat/wire/impl/utf8.ipp>
#include <leat/wire/impl/value.ipp>

#endif
