// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_MSGPACK_EXTENSIONS_HPP
#define LEAT_WIRE_MSGPACK_EXTENSIONS_HPP

#include <leat/wire/calendar.hpp>
#include <leat/wire/endian.hpp>
#include <leat/wire/value.hpp>

#include <bit>
#include <cstdint>
#include <limits>
#include <string_view>

namespace leat::wire {

/// Types of msgpack's extensions: its own timestamp, and ours for what it has no form of.
inline constexpr std::int8_t msgpack_timestamp = -1, msgpack_big = 100, msgpack_complex = 101, msgpack_local = 102,
                             msgpack_date = 103, msgpack_span = 104, msgpack_array = 105;

/// Fills in the value that an extension stands for; one that is not known, or is none, becomes an object.
inline void read_extension(std::int8_t type, std::string_view raw, value_tree& tree, value& v) {
  const char* p = raw.data();
  auto number = [p](std::size_t at) { return static_cast<std::int64_t>(get_big<std::uint64_t>(p + at)); };
  auto within = [](std::int64_t x, std::int64_t low, std::int64_t high) { return x >= low && x <= high; };
  v.kind = value_kind::object;
  v.text = "msgpack.ExtType";
  if (type == msgpack_big && raw.size() > 8) {
    v.kind = value_kind::big;
    v.text = raw;
  } else if (type == msgpack_complex && raw.size() == 16) {
    v.kind = value_kind::complex;
    v.real = std::bit_cast<double>(get_big<std::uint64_t>(p));
    value& imaginary = tree.make(value_kind::real);
    imaginary.real = std::bit_cast<double>(get_big<std::uint64_t>(p + 8));
    v.items.push_back(&imaginary);
  } else if (type == msgpack_local && raw.size() == 8 && within(number(0), first_microsecond, last_microsecond)) {
    v.kind = value_kind::local;
    v.integer = number(0);
  } else if (type == msgpack_date && raw.size() == 8 && within(number(0), first_day, last_day)) {
    v.kind = value_kind::date;
    v.integer = number(0);
  } else if (type == msgpack_span && raw.size() == 16 && within(number(0), -most_span_days, most_span_days) &&
             within(number(8), 0, day_microseconds - 1)) {
    v.kind = value_kind::span;
    v.small = static_cast<std::int32_t>(number(0));
    v.integer = number(8);
  } else if (type == msgpack_timestamp && (raw.size() == 4 || raw.size() == 8 || raw.size() == 12)) {
    std::int64_t seconds, nanoseconds = 0;
    if (raw.size() == 4) {
      seconds = get_big<std::uint32_t>(p);
    } else if (raw.size() == 8) {
      seconds = number(0) & 0x3FFFFFFFF;
      nanoseconds = static_cast<std::int64_t>(get_big<std::uint64_t>(p) >> 34);
    } else {
      seconds = number(4);
      nanoseconds = get_big<std::uint32_t>(p);
    }
    if (!within(seconds, first_microsecond / 1'000'000, last_microsecond / 1'000'000) || nanoseconds > 999'999'999) return;
    v.kind = value_kind::moment;
    v.integer = seconds * 1'000'000 + nanoseconds / 1000;
    v.small = static_cast<std::int32_t>(nanoseconds % 1000);
  }
}

}  // namespace leat::wire

#endif
