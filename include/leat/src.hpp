// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SRC_HPP
#define LEAT_SRC_HPP

// The non-template parts, for the one source file of a program that is built with LEAT_SEPARATE_COMPILATION.
#if !defined(LEAT_SEPARATE_COMPILATION)
#error \
    "leat: define LEAT_SEPARATE_COMPILATION for the whole program to compile its parts once; without it, leave leat/src.hpp out"
#endif

#include <leat/core/impl/effects.ipp>
#include <leat/core/impl/error.ipp>
#include <leat/posix/impl/cpus.ipp>
#include <leat/posix/impl/helper_thread.ipp>
#include <leat/posix/impl/input_file.ipp>
#include <leat/posix/impl/memory_file.ipp>
#include <leat/posix/impl/private_folder.ipp>
#include <leat/posix/impl/process.ipp>
#include <leat/posix/impl/thread_waker.ipp>
#include <leat/posix/impl/write_all.ipp>
#include <leat/python/call/impl/call_session.ipp>
#include <leat/python/call/impl/dispatcher.ipp>
#include <leat/python/call/impl/dispatcher_ref.ipp>
#include <leat/python/call/impl/request.ipp>
#include <leat/python/environment/impl/daemon_pool.ipp>
#include <leat/python/environment/impl/daemon_pool_end.ipp>
#include <leat/python/environment/impl/environment.ipp>
#include <leat/python/environment/impl/interpreter.ipp>
#include <leat/python/environment/impl/monitor.ipp>
#include <leat/python/environment/impl/output_log.ipp>
#include <leat/python/environment/impl/package.ipp>
#include <leat/python/environment/impl/pool.ipp>
#include <leat/python/environment/impl/settings.ipp>
#include <leat/python/environment/impl/setup.ipp>
#include <leat/python/exchange/impl/bodies.ipp>
#include <leat/python/exchange/impl/environment_chain.ipp>
#include <leat/python/exchange/impl/exchange.ipp>
#include <leat/python/exchange/impl/lane.ipp>
#include <leat/python/exchange/impl/pacing.ipp>
#include <leat/python/exchange/impl/passage.ipp>
#include <leat/python/exchange/impl/recall.ipp>
#include <leat/python/exchange/impl/recovery.ipp>
#include <leat/python/exchange/impl/source_pass.ipp>
#include <leat/python/exchange/impl/source_session.ipp>
#include <leat/python/exchange/impl/window.ipp>
#include <leat/python/function/impl/batch_size.ipp>
#include <leat/python/function/impl/function.ipp>
#include <leat/python/impl/named_options.ipp>
#include <leat/python/impl/profile.ipp>
#include <leat/python/impl/stage_node.ipp>
#include <leat/python/session/impl/done.ipp>
#include <leat/python/session/impl/opening.ipp>
#include <leat/python/session/impl/program.ipp>
#include <leat/python/session/impl/report.ipp>
#include <leat/python/session/impl/session.ipp>
#include <leat/python/session/impl/updates.ipp>
#include <leat/python/shared/impl/shared_buffer.ipp>
#include <leat/python/shared/impl/shared_value.ipp>
#include <leat/run/engine/impl/engine.ipp>
#include <leat/run/engine/impl/job.ipp>
#include <leat/run/engine/impl/lineage.ipp>
#include <leat/run/engine/impl/options.ipp>
#include <leat/run/engine/impl/threads.ipp>
#include <leat/run/impl/context.ipp>
#include <leat/run/source/impl/text.ipp>
#include <leat/shuffle/impl/memory.ipp>
#include <leat/sink/impl/write_lines.ipp>
#include <leat/source/impl/files.ipp>
#include <leat/source/impl/lines.ipp>
#include <leat/source/impl/stream_lines.ipp>
#include <leat/stage/impl/progress.ipp>
#include <leat/wire/codec/impl/big_int.ipp>
#include <leat/wire/codec/impl/scalars.ipp>
#include <leat/wire/codec/impl/tensor_traits.ipp>
#include <leat/wire/columns/impl/types.ipp>
#include <leat/wire/impl/calendar.ipp>
#include <leat/wire/impl/convert.ipp>
#include <leat/wire/impl/frame.ipp>
#include <leat/wire/impl/same_keys.ipp>
#include <leat/wire/impl/utf8.ipp>
#include <leat/wire/impl/value.ipp>
#include <leat/wire/pickle/impl/dict_writer.ipp>
#include <leat/wire/pickle/impl/machine.ipp>
#include <leat/wire/pickle/impl/merge.ipp>

#endif
