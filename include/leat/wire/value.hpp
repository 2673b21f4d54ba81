// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_VALUE_HPP
#define LEAT_WIRE_VALUE_HPP

#include <leat/core/config.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leat::wire {

/// Nesting that a pickle may have; Python's own pickler stops at about a thousand.
inline constexpr std::size_t max_depth = 512;
/// Bytes that the values which a pickle of `body` bytes holds once and refers to often may unfold to.
constexpr std::size_t unfold_budget(std::size_t body) { return body * 64 + (std::size_t{1} << 26); }

/// What a Python value is, as far as a codec needs to know. `natural` is an int above INT64_MAX that 64 bits hold,
/// `big` one that they do not, `moment` a datetime with a zone and `local` one without, `span` a timedelta, `object`
/// whatever is not plain data.
enum class value_kind : std::uint8_t {
  none,
  boolean,
  integer,
  natural,
  big,
  real,
  str,
  bytes,
  bytearray,
  list,
  tuple,
  dict,
  set,
  frozenset,
  array,
  complex,
  moment,
  local,
  date,
  span,
  global,
  object
};

/// One Python value of a tree; a dict's items alternate between keys and values, a complex's item is its imaginary part.
/// Values may be shared and lists may contain themselves, as in Python.
struct value {
  value_kind kind = value_kind::none;
  mutable bool active = false;           // being converted or printed: finds a value inside itself
  mutable std::uint16_t depth : 12 = 0;  // of a pickle's value, as the rest of these bits
  std::uint16_t shared : 1 = 0;          // it may be recalled, and so stand in several places
  mutable std::uint16_t inside : 1 = 0;  // it stands in another value
  std::uint16_t unhashable : 1 = 0;
  mutable std::uint16_t looked : 1 = 0;  // its depth is final
  // moment: nanoseconds beyond the microsecond; local: its fold; span: days; object: 1 if the item is its attributes;
  // str: 1 if it is one of Python 2, which is bytes as well
  std::int32_t small = 0;
  union {
    bool truth;
    std::int64_t integer = 0;  // moment, local: microseconds from 1970 on; date: days; span: microseconds of its day
    std::uint64_t natural;
    double real;
  };
  std::string_view text{};  // str: UTF-8, unchecked; big: two's complement, little-endian; global, object: the name
  std::vector<const value*> items{};
};

/// Owns the values of one body. `clear` keeps their memory for the next one.
class value_tree {
 public:
  value& make(value_kind kind) {
    if (used_ == values_.size()) enlarge();
    value& v = values_[used_++];
    v.kind = kind;
    v.depth = v.shared = v.inside = v.unhashable = v.looked = 0;
    v.small = 0;
    v.text = {};
    v.items.clear();
    return v;
  }
  /// The values made so far.
  std::size_t size() const { return used_; }
  const value& at(std::size_t i) const { return values_[i]; }
  LEAT_DECL std::string_view keep(std::string text);
  LEAT_DECL void clear();

  /// Why a value is none that Python could load. Conversions refuse it where it stands, but they may not come to it.
  const char* malformed = nullptr;

 private:
  LEAT_DECL void enlarge();

  std::deque<value> values_;
  std::size_t used_ = 0;
  std::deque<std::string> texts_;
};

/// Python's name of the type, qualified unless it is a builtin.
LEAT_DECL std::string type_of(const value& v);
/// Python's own repr, cut at 200 bytes.
LEAT_DECL std::string repr_of(const value& v);
/// The repr of bytes, cut at 200 bytes.
LEAT_DECL std::string repr_of_bytes(std::string_view raw);
/// The int as a double where one holds it exactly.
LEAT_DECL bool exact_double(const value& v, double& x);

}  // namespace leat::wire

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/wire/impl/value.ipp>
#endif

#endif
