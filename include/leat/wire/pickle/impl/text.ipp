// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_PICKLE_IMPL_TEXT_IPP
#define LEAT_WIRE_PICKLE_IMPL_TEXT_IPP

#include <leat/wire/utf8.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace leat::wire::pickle_text {

// The texts of protocol 0, as CPython's unpickler takes them, which is more than its own pickler writes. Where its versions
// differ (0x10 and 010 are numbers to some), nothing is taken.

inline bool digit(char c) { return c >= '0' && c <= '9'; }
inline bool ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// The digits of an int and its sign, as Python's `int` takes them: with blanks around and single underscores between.
struct decimal {
  std::string digits{};
  bool negative = false, good = false;

  explicit decimal(std::string_view text) {
    constexpr std::string_view blanks = " \t\v\f\r";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == text.npos) return;
    text = text.substr(first, text.find_last_not_of(blanks) + 1 - first);
    negative = text[0] == '-';
    if (negative || text[0] == '+') text.remove_prefix(1);
    bool before = false;
    for (char c : text) {
      if (!digit(c) && !(c == '_' && before)) return;
      before = digit(c);
      if (before) digits += c;
    }
    good = before && digits.size() <= 4300;
  }

  bool zero() const { return digits.find_first_not_of('0') == digits.npos; }

  /// Two's complement, little-endian, with a byte for the sign.
  std::string raw() const {
    std::vector<std::uint32_t> limbs;
    for (std::size_t i = 0; i < digits.size();) {
      const std::size_t n = std::min<std::size_t>(digits.size() - i, 9);
      std::uint64_t carry = 0, scale = 1;
      for (const std::size_t stop = i + n; i != stop; ++i, scale *= 10)
        carry = carry * 10 + static_cast<unsigned>(digits[i] - '0');
      for (std::uint32_t& limb : limbs) {
        carry += limb * scale;
        limb = static_cast<std::uint32_t>(carry);
        carry >>= 32;
      }
      if (carry != 0) limbs.push_back(static_cast<std::uint32_t>(carry));
    }
    limbs.push_back(0);
    std::string bytes;
    std::uint64_t carry = negative;
    for (std::uint32_t limb : limbs) {
      carry += negative ? ~limb : limb;
      for (int shift = 0; shift != 32; shift += 8) bytes += static_cast<char>(static_cast<unsigned char>(carry >> shift));
      carry >>= 32;
    }
    return bytes;
  }
};

/// A float; false where it is none or beyond the largest one.
inline bool real(std::string_view text, double& x) {
  const bool negative = text.substr(0, 1) == "-";
  if (negative || text.substr(0, 1) == "+") text.remove_prefix(1);
  std::size_t i = 0;
  auto digits = [&] {
    const std::size_t from = i;
    while (i != text.size() && digit(text[i])) ++i;
    return i - from;
  };
  std::string lower(text.substr(0, 9));
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (lower != "inf" && lower != "infinity" && lower != "nan") {
    std::size_t found = digits();
    if (i != text.size() && text[i] == '.') ++i, found += digits();
    if (found == 0) return false;
    if (i != text.size() && (text[i] == 'e' || text[i] == 'E')) {
      ++i;
      if (i != text.size() && (text[i] == '-' || text[i] == '+')) ++i;
      if (digits() == 0) return false;
    }
    if (i != text.size()) return false;
  }
  const auto failure = std::from_chars(text.data(), text.data() + text.size(), x).ec;
  if (failure == std::errc::result_out_of_range) {  // says too small as it says too large
    const std::size_t mantissa = std::min(text.find_first_of("eE"), text.size());
    const std::size_t point = std::min(text.find('.'), mantissa), first = text.find_first_of("123456789");
    std::int64_t exponent = 0;
    if (mantissa != text.size()) {
      const char* from = text.data() + mantissa + 1;
      from += *from == '+';
      if (std::from_chars(from, text.data() + text.size(), exponent).ec != std::errc{})
        exponent = *from == '-' ? INT64_MIN / 2 : INT64_MAX / 2;
    }
    if (exponent + static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first) > 0) return false;
    x = 0;
  } else if (failure != std::errc{}) {
    return false;
  }
  if (negative) x = -x;
  return true;
}

/// Reads `width` hexadecimal digits at `i` and moves it behind them.
inline bool hexadecimal(std::string_view in, std::size_t& i, std::size_t width, std::uint32_t& x) {
  if (in.size() - i < width) return false;
  const char* stop = in.data() + i + width;
  const auto [end, failure] = std::from_chars(in.data() + i, stop, x, 16);
  i += width;
  return failure == std::errc{} && end == stop;
}

/// What Python 3 wrote as UNICODE, which escapes code points only.
inline bool raw_unicode_escape(std::string_view in, std::string& out) {
  for (std::size_t i = 0; i < in.size();) {
    const char c = in[i++];
    if (c != '\\' || i == in.size() || (in[i] != 'u' && in[i] != 'U')) {
      append_utf8(out, static_cast<unsigned char>(c));
      if (c == '\\' && i != in.size()) append_utf8(out, static_cast<unsigned char>(in[i++]));
      continue;
    }
    std::uint32_t point = 0;
    const std::size_t width = in[i++] == 'u' ? 4 : 8;
    if (!hexadecimal(in, i, width, point) || point > 0x10FFFF) return false;
    append_utf8(out, point);
  }
  return true;
}

/// What Python 2 wrote as STRING, between its quotes: bytes with the escapes of their repr.
inline bool string_escape(std::string_view in, std::string& out) {
  constexpr std::string_view names = "\\'\"bftnrva", meanings = "\\'\"\b\f\t\n\r\v\a";
  for (std::size_t i = 0; i < in.size();) {
    const char c = in[i++];
    if (c != '\\') {
      out += c;
      continue;
    }
    if (i == in.size()) return false;
    const char escape = in[i++];
    std::uint32_t code = 0;
    if (const std::size_t known = names.find(escape); known != names.npos) {
      out += meanings[known];
    } else if (escape >= '0' && escape <= '7') {
      code = static_cast<std::uint32_t>(escape - '0');
      for (const std::size_t stop = std::min(i + 2, in.size()); i != stop && in[i] >= '0' && in[i] <= '7'; ++i)
        code = code * 8 + static_cast<std::uint32_t>(in[i] - '0');
      out += static_cast<char>(static_cast<unsigned char>(code));
    } else if (escape == 'x') {
      if (!hexadecimal(in, i, 2, code)) return false;
      out += static_cast<char>(static_cast<unsigned char>(code));
    } else {
      out += c;
      out += escape;
    }
  }
  return true;
}

}  // namespace leat::wire::pickle_text

#endif
