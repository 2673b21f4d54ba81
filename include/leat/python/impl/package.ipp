// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_IMPL_PACKAGE_IPP
#define LEAT_PYTHON_IMPL_PACKAGE_IPP

#include <string_view>

// The Python package `leat` of the workers, inside the headers: each file is a raw string of its own.
namespace leat::python_detail {

struct python_module {
  std::string_view name, text;
};

// clang-format off
inline constexpr char daemon_py[] = R"(""")"
#include <leat/python/leat/daemon.py>
    ;
inline constexpr char boot_py[] = R"(""")"
#include <leat/python/leat/boot.py>
    ;
inline constexpr char init_py[] = R"(""")"
#include <leat/python/leat/__init__.py>
    ;
inline constexpr char channel_py[] = R"(""")"
#include <leat/python/leat/channel.py>
    ;
inline constexpr char functions_py[] = R"(""")"
#include <leat/python/leat/functions.py>
    ;
inline constexpr char msgpack_py[] = R"(""")"
#include <leat/python/leat/msgpack.py>
    ;
inline constexpr char plain_py[] = R"(""")"
#include <leat/python/leat/plain.py>
    ;
inline constexpr char report_py[] = R"(""")"
#include <leat/python/leat/report.py>
    ;
inline constexpr char segments_py[] = R"(""")"
#include <leat/python/leat/segments.py>
    ;
inline constexpr char session_py[] = R"(""")"
#include <leat/python/leat/session.py>
    ;
inline constexpr char sources_py[] = R"(""")"
#include <leat/python/leat/sources.py>
    ;
inline constexpr char wires_py[] = R"(""")"
#include <leat/python/leat/wires.py>
    ;
inline constexpr char worker_py[] = R"(""")"
#include <leat/python/leat/worker.py>
    ;

/// The daemon's module is the first.
inline constexpr python_module package[] = {
    {"daemon", daemon_py},
    {"boot", boot_py},
    {"__init__", init_py},
    {"channel", channel_py},
    {"functions", functions_py},
    {"msgpack", msgpack_py},
    {"plain", plain_py},
    {"report", report_py},
    {"segments", segments_py},
    {"session", session_py},
    {"sources", sources_py},
    {"wires", wires_py},
    {"worker", worker_py},
};
// clang-format on

}  // namespace leat::python_detail

#endif
