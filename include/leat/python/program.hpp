// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_PROGRAM_HPP
#define LEAT_PYTHON_PROGRAM_HPP

#include <leat/core/run_info.hpp>
#include <leat/python/blob.hpp>
#include <leat/python/function.hpp>
#include <leat/python/pool.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace leat::python_detail {

inline constexpr std::size_t batch_bytes = 128 * 1024;  // a batch of small records; a larger record travels alone
inline constexpr std::size_t batch_elements = 16'384;

/// What a session runs: composed functions, the wires and types at both ends.
struct program {
  std::shared_ptr<pool> workers;
  std::vector<function> functions{};
  std::string in_wire{}, in_type{}, out_wire{}, out_type{};
  std::map<std::string, python_source> wire_modules{};  // that a user's wires bring along, by name
  bool ordered = true;
  bool announce = false;  // the worker says when the functions are loaded
  bool isolate = false;   // each record is answered by itself: one that fails does not end the session
  std::size_t most_bytes = batch_bytes, most_elements = batch_elements;  // a batch
  std::shared_ptr<const program> then{};                 // what goes on with the results, in another environment
  bool shares_elements = false, shares_results = false;  // large batches, through memory slots

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
      if (f.does != kind::map && f.does != kind::call && f.does != kind::call_batch) return false;
    return true;
  }
  /// What the user says of batches: of one for several functions, what all of them ask for.
  batch_wishes wishes() const {
    batch_wishes all;
    for (auto const& f : functions) {
      all.least = std::max(all.least, f.batches.least);
      if (f.batches.most != 0) all.most = all.most == 0 ? f.batches.most : std::min(all.most, f.batches.most);
      if (f.batches.latency != 0) all.latency = all.latency == 0 ? f.batches.latency : std::min(all.latency, f.batches.latency);
    }
    return all;
  }
  /// Whether a worker can begin within a batch, and leave a part of it undone.
  bool cuts() const { return functions.front().does != kind::map_batches && functions.front().does != kind::call_batch; }
  /// What the functions refer to and each worker is sent once. Throws usage_error where a broadcast was destroyed.
  std::vector<blob_ptr> blobs() const {
    std::vector<blob_ptr> all;
    for (auto const& f : functions) f.each_blob([&](blob_ptr b) { all.push_back(std::move(b)); });
    return all;
  }
  /// What it runs and on what, less the values bound to it, which loops change: whose costs are taken for the same.
  std::string kin() const {
    std::string all = in_wire + in_type + '>' + out_wire + out_type;
    for (auto const& f : functions)
      all += '|' + std::to_string(static_cast<int>(f.does)) + f.form + ' ' + f.text + ' ' + f.source.path +
             std::to_string(std::hash<std::string_view>{}(f.code.empty() ? f.source.text : f.code)) +
             (f.large ? f.large->get()->digest() : std::string());
    return all;
  }
  std::string name() const {
    std::string all;
    for (auto const& f : functions) all += (all.empty() ? "" : " | ") + f.name;
    return all;
  }
};

/// The body of the session's first frame, as docs/wire.md describes it.
LEAT_DECL wire::buffer open_body(const program& p, const core::run_info& run);

/// Counts what a worker has added to accumulators, as the end of a done or closed frame says it.
LEAT_DECL void count_updates(const program& p, std::string_view body);

/// Throws what the body of an error frame describes: python_error, conversion_error or start_failed.
[[noreturn]] LEAT_DECL void throw_reported(const program& p, std::string_view body, location at);

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/impl/program.ipp>
#include <leat/wire/buffer.hpp>
#endif

#endif
