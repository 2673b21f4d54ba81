// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_SESSION_PROGRAM_HPP
#define LEAT_PYTHON_SESSION_PROGRAM_HPP

#include <leat/core/config.hpp>
#include <leat/core/run_info.hpp>
#include <leat/python/function/function.hpp>
#include <leat/python/shared/shared_value.hpp>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace leat::python_detail {

class pool;

inline constexpr std::size_t batch_bytes = 128 * 1024;  // a batch of small records; a larger record travels alone
inline constexpr std::size_t batch_elements = 16'384;

/// What a session runs: composed functions, the wires and types at both ends.
struct program {
  std::shared_ptr<pool> workers;
  std::vector<function> functions;
  std::string in_wire, in_type, out_wire, out_type;
  std::map<std::string, python_source> wire_modules;  // that a user's wires bring along, by name
  bool ordered = true;
  bool announce = false;  // the worker says when the functions are loaded
  bool isolate = false;   // each record is answered by itself: one that fails does not end the session
  std::size_t most_bytes = batch_bytes, most_elements = batch_elements;  // a batch
  std::shared_ptr<const program> then{};                 // what goes on with the results, in another environment
  bool shares_elements = false, shares_results = false;  // large batches, through shared buffers

  /// One worker sees the whole stream, and what it has answered cannot be made again by another.
  LEAT_DECL bool whole_stream() const;
  LEAT_DECL bool partitions() const;
  /// A function that is no expression may be a class whose instance is costly to make again.
  LEAT_DECL bool may_hold_state() const;
  /// Each element in yields exactly one out, so a result's index is its element's.
  LEAT_DECL bool one_to_one() const;
  /// What the user says of batches: of one for several functions, what all of them ask for.
  LEAT_DECL batch_wishes wishes() const;
  /// Whether a worker can begin within a batch, and leave a part of it undone.
  LEAT_DECL bool cuts() const;
  /// What the functions refer to and each worker is sent once. Throws usage_error where a broadcast was destroyed.
  LEAT_DECL std::vector<shared_value_ptr> shared_values() const;
  /// What it runs, on what and in which batches, less the values bound to it, which loops change: whose costs are taken for the
  /// same.
  LEAT_DECL std::string kin() const;
  LEAT_DECL std::string name() const;
};

/// An empty one.
LEAT_DECL std::shared_ptr<program> make_program();

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/session/impl/program.ipp>
#endif

#endif
