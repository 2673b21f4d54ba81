// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_ENGINE_OPTIONS_HPP
#define LEAT_RUN_ENGINE_OPTIONS_HPP

#include <leat/core/config.hpp>
#include <leat/core/log.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace leat {

/// How far a stage of a running job is: `done` of `total` tasks.
struct progress_record {
  std::string stage{};
  std::size_t done = 0;
  std::size_t total = 0;
};

/// What a context may use. The environment overrides the program: LEAT_SLOTS, LEAT_MEMORY_LIMIT (bytes, or a number with K, M
/// or G), LEAT_TEMP.
struct context_options {
  std::size_t slots = 0;         // tasks at a time; 0: the CPUs that this process may use
  std::size_t memory_limit = 0;  // bytes in tables, caches and collected partitions; 0: no limit
  std::string temp{};            // folder for temporary files; empty: TMPDIR or /tmp
  log_callback log{};            // takes what the library has to say, such as a retried task; may throw
  std::uint64_t seed = 0;        // tasks derive theirs from it and from their partition
  std::function<void(const progress_record&)> progress{};  // called after each task, in the thread that waits for the job
};

namespace core {
/// The options with defaults and the environment filled in. Throws `usage_error` that names a bad value.
LEAT_DECL context_options resolved(context_options given);
/// Bytes from a text such as "65536", "512K" or "2G".
LEAT_DECL std::size_t parse_bytes(const std::string& name, const std::string& text);
}  // namespace core

}  // namespace leat

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/run/engine/impl/options.ipp>
#endif

#endif
