// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_FUNCTION_HPP
#define LEAT_PYTHON_FUNCTION_HPP

#include <leat/core/config.hpp>
#include <leat/core/error.hpp>

#include <string>
#include <vector>

namespace leat {

/// Python source that functions are looked up in: a file, or text given inline.
struct python_source {
  std::string path{};  // absolute, or a name for tracebacks
  std::string text{};
};

/// The source file at `path`, read now; relative paths start at the working folder. Throws input_error with the absolute path.
LEAT_DECL python_source source_file(const std::string& path);
/// Source given as text; tracebacks show it under `name`.
LEAT_DECL python_source source_text(std::string text, std::string name = "<source_text>");

namespace python_detail {

enum class kind : unsigned char { map, filter, flat_map, map_batches, map_partitions };

/// One Python stage: what to call, and how.
struct function {
  kind does;
  std::string form{};  // expression, module or source, as in docs/wire.md
  std::string text{};
  python_source source{};
  std::string binds{};  // key and value pickles, one after the other, as inside a dict
  std::string name{};   // for messages: py.map("lambda x: x")
  bool stateful = false;
};

/// Sorts a function text into its form; throws usage_error for what is none.
LEAT_DECL function make_function(kind does, std::string text, const python_source* source);

}  // namespace python_detail
}  // namespace leat

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/impl/function.ipp>
#endif

#endif
