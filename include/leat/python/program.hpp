// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_PROGRAM_HPP
#define LEAT_PYTHON_PROGRAM_HPP

#include <leat/core/run_info.hpp>
#include <leat/python/function.hpp>
#include <leat/python/pool.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace leat::python_detail {

/// What a session runs: composed functions, the wires and types at both ends.
struct program {
  std::shared_ptr<pool> workers;
  std::vector<function> functions{};
  std::string in_wire{}, in_type{}, out_wire{}, out_type{};
  bool ordered = true;

  /// One worker sees the whole stream, and what it has answered cannot be made again by another.
  bool whole_stream() const {
    for (auto const& f : functions)
      if (f.does == kind::map_partitions || f.stateful) return true;
    return false;
  }
  bool partitions() const {
    for (auto const& f : functions)
      if (f.does == kind::map_partitions) return true;
    return false;
  }
  /// A function that is no expression may be a class whose instance is costly to make again.
  bool may_hold_state() const {
    for (auto const& f : functions)
      if (f.form != "expression") return true;
    return false;
  }
  /// Each element in yields exactly one out, so a result's index is its element's.
  bool one_to_one() const {
    for (auto const& f : functions)
      if (f.does != kind::map) return false;
    return true;
  }
  std::string name() const {
    std::string all;
    for (auto const& f : functions) all += (all.empty() ? "" : " | ") + f.name;
    return all;
  }
};

/// The body of the session's first frame, as docs/wire.md describes it.
LEAT_DECL wire::buffer open_body(const program& p, const core::run_info& run);

/// Throws what the body of an error frame describes: python_error, conversion_error or start_failed.
[[noreturn]] LEAT_DECL void throw_reported(const program& p, std::string_view body, location at);

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/impl/program.ipp>
#include <leat/wire/buffer.hpp>
#endif

#endif
