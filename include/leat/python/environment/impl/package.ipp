// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_ENVIRONMENT_IMPL_PACKAGE_IPP
#define LEAT_PYTHON_ENVIRONMENT_IMPL_PACKAGE_IPP

#include <cstddef>
#include <string_view>

// The Python package `leat` of the workers, inside the headers: each file is a raw string of its own.
namespace leat::python_detail {

struct python_module {
  // Of the arrays' sizes, since counting the characters of all texts takes compilers seconds.
  template <std::size_t N, std::size_t M>
  constexpr python_module(const char (&its_name)[N], const char (&its_text)[M])
      : name(its_name, N - 1), text(its_text, M - 1) {}

  std::string_view name, text;
};

// clang-format off
inline constexpr char package_py[] = R"(""")"
#include <leat/python/leat/package.py>
    ;
inline constexpr char boot_py[] = R"(""")"
#include <leat/python/leat/boot.py>
    ;
inline constexpr char init_py[] = R"(""")"
#include <leat/python/leat/__init__.py>
    ;
inline constexpr char accumulators_py[] = R"(""")"
#include <leat/python/leat/accumulators.py>
    ;
inline constexpr char apart_py[] = R"(""")"
#include <leat/python/leat/apart.py>
    ;
inline constexpr char archives_py[] = R"(""")"
#include <leat/python/leat/archives.py>
    ;
inline constexpr char arrays_py[] = R"(""")"
#include <leat/python/leat/arrays.py>
    ;
inline constexpr char batches_py[] = R"(""")"
#include <leat/python/leat/batches.py>
    ;
inline constexpr char calls_py[] = R"(""")"
#include <leat/python/leat/calls.py>
    ;
inline constexpr char channel_py[] = R"(""")"
#include <leat/python/leat/channel.py>
    ;
inline constexpr char code_cache_py[] = R"(""")"
#include <leat/python/leat/code_cache.py>
    ;
inline constexpr char columns_py[] = R"(""")"
#include <leat/python/leat/columns.py>
    ;
inline constexpr char composition_py[] = R"(""")"
#include <leat/python/leat/composition.py>
    ;
inline constexpr char daemon_py[] = R"(""")"
#include <leat/python/leat/daemon.py>
    ;
inline constexpr char ends_py[] = R"(""")"
#include <leat/python/leat/ends.py>
    ;
inline constexpr char environment_py[] = R"(""")"
#include <leat/python/leat/environment.py>
    ;
inline constexpr char exact_py[] = R"(""")"
#include <leat/python/leat/exact.py>
    ;
inline constexpr char failure_py[] = R"(""")"
#include <leat/python/leat/failure.py>
    ;
inline constexpr char frames_py[] = R"(""")"
#include <leat/python/leat/frames.py>
    ;
inline constexpr char functions_py[] = R"(""")"
#include <leat/python/leat/functions.py>
    ;
inline constexpr char gathered_py[] = R"(""")"
#include <leat/python/leat/gathered.py>
    ;
inline constexpr char handed_py[] = R"(""")"
#include <leat/python/leat/handed.py>
    ;
inline constexpr char job_py[] = R"(""")"
#include <leat/python/leat/job.py>
    ;
inline constexpr char keywords_py[] = R"(""")"
#include <leat/python/leat/keywords.py>
    ;
inline constexpr char leaving_py[] = R"(""")"
#include <leat/python/leat/leaving.py>
    ;
inline constexpr char lenient_py[] = R"(""")"
#include <leat/python/leat/lenient.py>
    ;
inline constexpr char library_py[] = R"(""")"
#include <leat/python/leat/library.py>
    ;
inline constexpr char lookup_py[] = R"(""")"
#include <leat/python/leat/lookup.py>
    ;
inline constexpr char main_py[] = R"(""")"
#include <leat/python/leat/main.py>
    ;
inline constexpr char memory_py[] = R"(""")"
#include <leat/python/leat/memory.py>
    ;
inline constexpr char msgpack_py[] = R"(""")"
#include <leat/python/leat/msgpack.py>
    ;
inline constexpr char optionals_py[] = R"(""")"
#include <leat/python/leat/optionals.py>
    ;
inline constexpr char own_wire_py[] = R"(""")"
#include <leat/python/leat/own_wire.py>
    ;
inline constexpr char plain_py[] = R"(""")"
#include <leat/python/leat/plain.py>
    ;
inline constexpr char printable_py[] = R"(""")"
#include <leat/python/leat/printable.py>
    ;
inline constexpr char profiling_py[] = R"(""")"
#include <leat/python/leat/profiling.py>
    ;
inline constexpr char report_py[] = R"(""")"
#include <leat/python/leat/report.py>
    ;
inline constexpr char requirements_py[] = R"(""")"
#include <leat/python/leat/requirements.py>
    ;
inline constexpr char seeds_py[] = R"(""")"
#include <leat/python/leat/seeds.py>
    ;
inline constexpr char segments_py[] = R"(""")"
#include <leat/python/leat/segments.py>
    ;
inline constexpr char session_py[] = R"(""")"
#include <leat/python/leat/session.py>
    ;
inline constexpr char shared_values_py[] = R"(""")"
#include <leat/python/leat/shared_values.py>
    ;
inline constexpr char sharing_py[] = R"(""")"
#include <leat/python/leat/sharing.py>
    ;
inline constexpr char shared_buffers_py[] = R"(""")"
#include <leat/python/leat/shared_buffers.py>
    ;
inline constexpr char sources_py[] = R"(""")"
#include <leat/python/leat/sources.py>
    ;
inline constexpr char spawn_py[] = R"(""")"
#include <leat/python/leat/spawn.py>
    ;
inline constexpr char spread_py[] = R"(""")"
#include <leat/python/leat/spread.py>
    ;
inline constexpr char system_py[] = R"(""")"
#include <leat/python/leat/system.py>
    ;
inline constexpr char tensors_py[] = R"(""")"
#include <leat/python/leat/tensors.py>
    ;
inline constexpr char trees_py[] = R"(""")"
#include <leat/python/leat/trees.py>
    ;
inline constexpr char trouble_py[] = R"(""")"
#include <leat/python/leat/trouble.py>
    ;
inline constexpr char truths_py[] = R"(""")"
#include <leat/python/leat/truths.py>
    ;
inline constexpr char twins_py[] = R"(""")"
#include <leat/python/leat/twins.py>
    ;
inline constexpr char versions_py[] = R"(""")"
#include <leat/python/leat/versions.py>
    ;
inline constexpr char wires_py[] = R"(""")"
#include <leat/python/leat/wires.py>
    ;
inline constexpr char worker_py[] = R"(""")"
#include <leat/python/leat/worker.py>
    ;

/// What the boot text executes is the first.
inline constexpr python_module package[] = {
    {"package", package_py},
    {"boot", boot_py},
    {"__init__", init_py},
    {"accumulators", accumulators_py},
    {"apart", apart_py},
    {"archives", archives_py},
    {"arrays", arrays_py},
    {"batches", batches_py},
    {"calls", calls_py},
    {"channel", channel_py},
    {"code_cache", code_cache_py},
    {"columns", columns_py},
    {"composition", composition_py},
    {"daemon", daemon_py},
    {"ends", ends_py},
    {"environment", environment_py},
    {"exact", exact_py},
    {"failure", failure_py},
    {"frames", frames_py},
    {"functions", functions_py},
    {"gathered", gathered_py},
    {"handed", handed_py},
    {"job", job_py},
    {"keywords", keywords_py},
    {"leaving", leaving_py},
    {"lenient", lenient_py},
    {"library", library_py},
    {"lookup", lookup_py},
    {"main", main_py},
    {"memory", memory_py},
    {"msgpack", msgpack_py},
    {"optionals", optionals_py},
    {"own_wire", own_wire_py},
    {"plain", plain_py},
    {"printable", printable_py},
    {"profiling", profiling_py},
    {"report", report_py},
    {"requirements", requirements_py},
    {"seeds", seeds_py},
    {"segments", segments_py},
    {"session", session_py},
    {"shared_values", shared_values_py},
    {"sharing", sharing_py},
    {"shared_buffers", shared_buffers_py},
    {"sources", sources_py},
    {"spawn", spawn_py},
    {"spread", spread_py},
    {"system", system_py},
    {"tensors", tensors_py},
    {"trees", trees_py},
    {"trouble", trouble_py},
    {"truths", truths_py},
    {"twins", twins_py},
    {"versions", versions_py},
    {"wires", wires_py},
    {"worker", worker_py},
};
// clang-format on

}  // namespace leat::python_detail

#endif
