// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_FUNCTION_FUNCTION_HPP
#define LEAT_PYTHON_FUNCTION_FUNCTION_HPP

#include <leat/core/config.hpp>
#include <leat/core/durations.hpp>
#include <leat/core/error.hpp>
#include <leat/python/function/accumulator.hpp>
#include <leat/python/function/batch_size.hpp>
#include <leat/python/shared/shared_value.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
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

/// A function that Python pickled elsewhere, such as by `cloudpickle.dumps`, and the version of that Python ("3.11"), which
/// code inside the pickle depends on. Loaded in the worker; never looked into here.
struct pickled_function {
  explicit pickled_function(std::string pickle, std::string made_by = {})
      : bytes(std::move(pickle)), version(std::move(made_by)) {}
  explicit pickled_function(std::span<const std::byte> pickle, std::string made_by = {})
      : bytes(reinterpret_cast<const char*>(pickle.data()), pickle.size()), version(std::move(made_by)) {}

  std::string bytes;
  std::string version;  // empty: not known
};

namespace python_detail {

enum class kind : unsigned char { map, filter, flat_map, map_batches, map_partitions, generate, call, call_batch };

/// One Python stage: what to call, and how.
struct function {
  LEAT_DECL explicit function(kind what);
  LEAT_DECL function(const function&);
  LEAT_DECL function(function&&) noexcept;
  LEAT_DECL function& operator=(const function&);
  LEAT_DECL function& operator=(function&&) noexcept;
  LEAT_DECL ~function();

  kind does;
  std::string form;  // expression, module, source or pickled, as in docs/inside/wire.md
  std::string text;
  python_source source{};
  std::string binds;  // key and value pickles, one after the other, as inside a dict
  std::string name;   // for messages: py.map("lambda x: x")
  bool stateful = false;
  bool spread = false;   // an element's items are its arguments
  bool arrays = false;   // elements that are arrays of numbers come as such
  bool stacked = false;  // those of a batch come as one, where their shapes agree
  std::string code;      // of a pickled function
  std::string version;   // of the Python that pickled it
  std::string columns;   // of map_batches behind others, on a wire of columns: the type of its elements
  std::string returns;   // of map_batches before others, on a wire of columns: the type of its results
  // What is too large for each session, in the place of source.text, of code, and of values in binds.
  std::shared_ptr<const shared_value_ref> large{};
  std::vector<std::pair<std::string, std::shared_ptr<const shared_value_ref>>> values;
  std::vector<std::pair<std::string, std::shared_ptr<accumulator_base>>> accumulators;
  batch_wishes batches{};

  /// Binds a value, given as the pickle of it less its frame: PROTO and STOP.
  LEAT_DECL void bind(const std::string& keyword, std::string_view value);
  LEAT_DECL void bind(const std::string& keyword, std::shared_ptr<const shared_value_ref> value);
  LEAT_DECL void bind(const std::string& keyword, std::shared_ptr<accumulator_base> value);
  /// Throw usage_error for what no batch can be.
  LEAT_DECL void batch(std::size_t least, std::size_t most);
  LEAT_DECL void latency(std::chrono::nanoseconds span);
  /// Calls `f(shared value)` with all that the function refers to. Throws usage_error where one was destroyed.
  template <class F>
  void each_shared_value(F f) const {
    try {
      if (large) f(large->get());
      for (auto const& [keyword, value] : values) f(value->get());
    } catch (error& e) {
      e.locate({name, {}, {}, {}});
      throw;
    }
  }
};

/// Sorts a function text into its form; throws usage_error for what is none.
LEAT_DECL function make_function(kind does, std::string text, const python_source* source);
LEAT_DECL function make_function(kind does, pickled_function pickled);
/// One that takes an element's items as its arguments.
LEAT_DECL function spread(function f);
/// Throws usage_error where elements of this type are neither tuples nor lists.
LEAT_DECL void check_spread(const function& f, std::string_view type);

}  // namespace python_detail

}  // namespace leat

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/function/impl/function.ipp>
#endif

#endif
