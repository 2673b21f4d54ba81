// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_CODEC_IMPL_BIG_INT_IPP
#define LEAT_WIRE_CODEC_IMPL_BIG_INT_IPP

#include <leat/core/error.hpp>
#include <leat/wire/codec/big_int.hpp>
#include <leat/wire/impl/value.ipp>

#include <algorithm>

namespace leat {

namespace wire {

inline constexpr std::size_t most_digits = 4300;

/// Without bytes that only repeat the sign.
inline void shorten(std::string& raw) {
  while (!raw.empty()) {
    const auto high = static_cast<unsigned char>(raw.back());
    const bool next = raw.size() > 1 && static_cast<unsigned char>(raw[raw.size() - 2]) >= 0x80;
    if (!(high == 0 && !next) && !(high == 0xFF && next)) break;
    raw.pop_back();
  }
}

inline void negate(std::string& raw) {
  unsigned carry = 1;
  for (char& b : raw) {
    carry += 255u - static_cast<unsigned char>(b);
    b = static_cast<char>(carry & 255);
    carry >>= 8;
  }
}

LEAT_DECL bool read_big(const value& v, big_int& x) {
  switch (v.kind) {
    case value_kind::integer:
      x = big_int(v.integer);
      return true;
    case value_kind::natural:
      x = big_int(v.natural);
      return true;
    case value_kind::big:
      x = big_int::from_bytes(v.text);
      return true;
    default:
      return false;
  }
}

}  // namespace wire

LEAT_DECL big_int::big_int(int128 x) {
  for (int i = 0; i != 16; ++i) raw_ += static_cast<char>(static_cast<unsigned char>(x >> (8 * i)));
  wire::shorten(raw_);
}

LEAT_DECL big_int::big_int(uint128 x) {
  for (int i = 0; i != 16; ++i) raw_ += static_cast<char>(static_cast<unsigned char>(x >> (8 * i)));
  raw_ += '\0';
  wire::shorten(raw_);
}

LEAT_DECL big_int::big_int(std::string_view decimal) {
  const std::string_view given = decimal;
  const bool negative = decimal.substr(0, 1) == "-";
  if (negative || decimal.substr(0, 1) == "+") decimal.remove_prefix(1);
  if (decimal.empty() || decimal.find_first_not_of("0123456789") != decimal.npos || decimal.size() > wire::most_digits)
    throw usage_error("an int of 1 to " + std::to_string(wire::most_digits) + " decimal digits was expected, got '" +
                      std::string(given.substr(0, 50)) + "'");
  for (char c : decimal) {
    auto carry = static_cast<unsigned>(c - '0');
    for (char& b : raw_) {
      carry += static_cast<unsigned char>(b) * 10u;
      b = static_cast<char>(carry & 255);
      carry >>= 8;
    }
    if (carry != 0) raw_ += static_cast<char>(carry);
  }
  raw_ += '\0';
  if (negative) wire::negate(raw_);
  wire::shorten(raw_);
}

LEAT_DECL big_int big_int::from_bytes(std::string_view raw) {
  big_int x;
  x.raw_ = raw;
  wire::shorten(x.raw_);
  return x;
}

LEAT_DECL std::string big_int::str() const {
  std::string text = raw_.size() > 2048 ? std::string() : wire::decimal_of(raw_);
  if (text.empty() || text.size() - negative() > wire::most_digits)
    throw usage_error("an int of " + std::to_string(raw_.size()) + " bytes has more than " + std::to_string(wire::most_digits) +
                      " digits; raw() has it as bytes");
  return text;
}

LEAT_DECL bool big_int::get(int128& x) const noexcept {
  if (raw_.size() > 16) return false;
  auto bits = negative() ? ~uint128{0} : uint128{0};
  for (std::size_t i = raw_.size(); i-- != 0;) bits = bits << 8 | static_cast<unsigned char>(raw_[i]);
  x = static_cast<int128>(bits);
  return true;
}

LEAT_DECL bool big_int::get(uint128& x) const noexcept {
  if (negative() || raw_.size() > 17) return false;
  x = 0;
  for (std::size_t i = std::min<std::size_t>(raw_.size(), 16); i-- != 0;) x = x << 8 | static_cast<unsigned char>(raw_[i]);
  return raw_.size() < 17 || raw_[16] == 0;
}

LEAT_DECL std::strong_ordering big_int::compare(const big_int& other) const noexcept {
  if (negative() != other.negative()) return negative() ? std::strong_ordering::less : std::strong_ordering::greater;
  if (raw_.size() != other.raw_.size())
    return (raw_.size() < other.raw_.size()) != negative() ? std::strong_ordering::less : std::strong_ordering::greater;
  for (std::size_t i = raw_.size(); i-- != 0;)
    if (raw_[i] != other.raw_[i]) return static_cast<unsigned char>(raw_[i]) <=> static_cast<unsigned char>(other.raw_[i]);
  return std::strong_ordering::equal;
}

}  // namespace leat

#endif
