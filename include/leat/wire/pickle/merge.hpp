// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_PICKLE_MERGE_HPP
#define LEAT_WIRE_PICKLE_MERGE_HPP

#include <leat/core/config.hpp>
#include <leat/core/heap_array.hpp>
#include <leat/wire/buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace leat::wire {

/// Merges pickles of one object each, protocols 0 to 5 mixed, into one pickle of a list, by rewriting bytecode: `begin`, `put`
/// for each record, `end`, all into the same buffer. Nothing is executed. Each object is what its own pickle gives; only
/// immutable ones, short strings and classes, may be shared between records. Costs time in proportion to the bytes.
class pickle_merger {
 public:
  LEAT_DECL void begin(buffer& out);
  /// Adds a record. False, with `out` as it was, for what only an unpickler of its own can load: persistent ids, extension
  /// codes, out-of-band buffers, leftovers on its stack, more than a million memo entries. Throws `protocol_error` for what is
  /// no pickle.
  LEAT_DECL bool put(buffer& out, std::string_view pickle);
  /// Adds a record that `put` refuses, as bytes which the unpickler hands to `_pickle.loads` when it gets there.
  LEAT_DECL void put_apart(buffer& out, std::string_view pickle);
  LEAT_DECL void end(buffer& out);

 private:
  struct slot {
    std::size_t at, size;
  };
  class writer;

  LEAT_DECL void forget(buffer& out, std::size_t from, std::uint32_t protocol);

  core::heap_array<slot> slots_;  // strings and classes of this batch that the merged pickle's memo holds
  std::vector<std::size_t> marks_;
  std::vector<std::uint32_t> memo_;  // of a record that recalls what it stored
  std::uint32_t protocol_ = 5;
  std::uint32_t asked_ = 0, known_ = 0;  // lookups in this batch, and those that found something
  bool recalls_ = false;                 // the last record did
  bool loads_ = false;
};

}  // namespace leat::wire

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/wire/pickle/impl/merge.ipp>
#endif

#endif
