// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_IMPL_VALUE_IPP
#define LEAT_WIRE_IMPL_VALUE_IPP

#include <leat/wire/calendar.hpp>
#include <leat/wire/utf8.hpp>
#include <leat/wire/value.hpp>

#include <charconv>
#include <cmath>
#include <initializer_list>
#include <utility>

namespace leat::wire {

inline constexpr std::size_t repr_limit = 200;

LEAT_DECL void value_tree::enlarge() { values_.emplace_back(); }
LEAT_DECL std::string_view value_tree::keep(std::string text) { return texts_.emplace_back(std::move(text)); }
LEAT_DECL void value_tree::clear() {
  used_ = 0;
  texts_.clear();
  malformed = nullptr;
}

LEAT_DECL std::string type_of(const value& v) {
  static constexpr const char* names[] = {"NoneType",
                                          "bool",
                                          "int",
                                          "int",
                                          "int",
                                          "float",
                                          "str",
                                          "bytes",
                                          "bytearray",
                                          "list",
                                          "tuple",
                                          "dict",
                                          "set",
                                          "frozenset",
                                          "list",
                                          "complex",
                                          "datetime.datetime",
                                          "datetime.datetime",
                                          "datetime.date",
                                          "datetime.timedelta",
                                          "type"};
  if (v.kind == value_kind::object) return std::string(v.text);
  return names[static_cast<std::size_t>(v.kind)];
}

/// Two's complement to decimal digits; takes time by the square.
inline std::string decimal_of(std::string_view raw) {
  bool negative = !raw.empty() && (static_cast<unsigned char>(raw.back()) & 0x80) != 0;
  std::vector<std::uint32_t> digits;  // base 10^9, little-endian
  for (std::size_t i = raw.size(); i-- != 0;) {
    auto byte = static_cast<unsigned char>(raw[i]);
    std::uint64_t carry = negative ? 255u - byte : byte;
    for (auto& d : digits) {
      carry += std::uint64_t{d} << 8;
      d = static_cast<std::uint32_t>(carry % 1000000000);
      carry /= 1000000000;
    }
    if (carry != 0) digits.push_back(static_cast<std::uint32_t>(carry));
  }
  if (negative) {
    std::size_t i = 0;
    for (; i != digits.size() && digits[i] == 999999999; ++i) digits[i] = 0;
    if (i == digits.size()) digits.push_back(0);
    ++digits[i];
  }
  std::string text = negative ? "-" : "";
  for (std::size_t i = digits.size(); i-- != 0;) {
    std::string part = std::to_string(digits[i]);
    text += (i + 1 == digits.size() ? "" : std::string(9 - part.size(), '0')) + part;
  }
  return digits.empty() ? "0" : text;
}

/// The shortest digits that read back as `x`, laid out as Python does.
inline std::string repr_of_double(double x) {
  if (__builtin_isnan(x)) return "nan";
  if (__builtin_isinf(x)) return x < 0 ? "-inf" : "inf";
  char text[40];
  auto end = std::to_chars(text, text + sizeof text, x, std::chars_format::scientific).ptr;
  std::string digits, result;
  const char* p = text;
  if (*p == '-') {
    result = "-";
    ++p;
  }
  for (; *p != 'e'; ++p)
    if (*p != '.') digits += *p;
  int exponent = 0;
  bool below = p[1] == '-';
  std::from_chars(p + 2, end, exponent);
  if (below) exponent = -exponent;
  auto n = static_cast<int>(digits.size());
  if (exponent < -4 || exponent >= 16) {
    result += digits.substr(0, 1);
    if (n > 1) result += "." + digits.substr(1);
    int size = exponent < 0 ? -exponent : exponent;
    return result + (exponent < 0 ? "e-" : "e+") + (size < 10 ? "0" : "") + std::to_string(size);
  }
  if (exponent < 0) return result + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  if (n <= exponent + 1) return result + digits + std::string(static_cast<std::size_t>(exponent + 1 - n), '0') + ".0";
  auto point = static_cast<std::size_t>(exponent + 1);
  return result + digits.substr(0, point) + "." + digits.substr(point);
}

/// Prints values until the limit is passed; what is longer is cut at the end.
class repr_printer {
 public:
  std::string out;

  bool full() const { return out.size() > repr_limit; }

  std::string cut() && {
    if (out.size() <= repr_limit) return std::move(out);
    std::size_t n = repr_limit - 3;
    while ((static_cast<unsigned char>(out[n]) & 0xC0) == 0x80) --n;
    return out.substr(0, n) + "...";
  }

  void escape(std::uint32_t c, char quote) {
    auto hex = [&](const char* lead, int digits) {
      out += lead;
      for (int shift = digits * 4 - 4; shift >= 0; shift -= 4) out += "0123456789abcdef"[c >> shift & 15];
    };
    if (c == static_cast<unsigned char>(quote) || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c == '\n' || c == '\r' || c == '\t') {
      out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
    } else if (c < 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0xAD) {
      hex("\\x", 2);
    } else if (c == 0x2028 || c == 0x2029 || (c >= 0xD800 && c <= 0xF8FF)) {
      hex("\\u", 4);
    } else if (c >= 0xE0000) {
      hex("\\U", 8);
    } else {
      append_utf8(out, c);
    }
  }

  static char quote_for(std::string_view text) {
    return text.find('\'') != text.npos && text.find('"') == text.npos ? '"' : '\'';
  }

  void str(std::string_view text) {
    char quote = quote_for(text);
    out += quote;
    for (const char *p = text.data(), *end = p + text.size(); p != end && !full();) {
      const char* before = p;
      std::uint32_t c = next_utf8(p, end);
      if (c == 0xFFFFFFFF) {
        p = before + 1;
        c = 0xDC00u + static_cast<unsigned char>(*before);  // as Python's surrogateescape shows it
      }
      escape(c, quote);
    }
    out += quote;
  }

  void bytes(std::string_view text) {
    char quote = quote_for(text);
    out += 'b';
    out += quote;
    for (std::size_t i = 0; i != text.size() && !full(); ++i) {
      auto byte = static_cast<unsigned char>(text[i]);
      if (byte < 0x80) {
        escape(byte, quote);
      } else {
        out += "\\x";
        out += "0123456789abcdef"[byte >> 4];
        out += "0123456789abcdef"[byte & 15];
      }
    }
    out += quote;
  }

  void items(const value& v, const char* open, const char* close, bool pairs = false) {
    if (v.active) {
      out += std::string(open) + "..." + close;
      return;
    }
    v.active = true;
    out += open;
    for (std::size_t i = 0; i != v.items.size() && !full(); ++i) {
      if (i != 0) out += pairs && i % 2 == 1 ? ": " : ", ";
      print(*v.items[i]);
    }
    out += close;
    v.active = false;
  }

  /// A part of a complex, which Python prints without ".0".
  void part(double x) {
    std::string text = repr_of_double(x);
    if (text.size() > 2 && text.ends_with(".0")) text.resize(text.size() - 2);
    out += text;
  }
  void complex(double real, double imaginary) {
    const bool alone = real == 0 && !std::signbit(real);
    if (!alone) {
      out += '(';
      part(real);
      if (!std::signbit(imaginary) || std::isnan(imaginary)) out += '+';
    }
    part(imaginary);
    out += alone ? "j" : "j)";
  }
  void numbers(std::initializer_list<std::int64_t> all) {
    const char* between = "(";
    for (std::int64_t n : all) {
      out += between + std::to_string(n);
      between = ", ";
    }
  }
  void datetime(std::int64_t microseconds, bool zone, bool fold) {
    const auto [days, rest] = split_days(microseconds);
    const auto [year, month, day] = civil_of(days);
    const auto minutes = rest / 60'000'000, seconds = rest / 1'000'000 % 60, micros = rest % 1'000'000;
    out += "datetime.datetime";
    numbers({year, month, day, minutes / 60, minutes % 60});
    if (seconds != 0 || micros != 0) out += ", " + std::to_string(seconds);
    if (micros != 0) out += ", " + std::to_string(micros);
    out += zone ? ", tzinfo=datetime.timezone.utc)" : fold ? ", fold=1)" : ")";
  }
  void span(std::int64_t days, std::int64_t microseconds) {
    const char* between = "datetime.timedelta(";
    for (const auto& [name, n] :
         {std::pair{"days=", days}, {"seconds=", microseconds / 1'000'000}, {"microseconds=", microseconds % 1'000'000}}) {
      if (n == 0) continue;
      out += between + (name + std::to_string(n));
      between = ", ";
    }
    out += *between == ',' ? ")" : "datetime.timedelta(0)";
  }

  void print(const value& v) {
    switch (v.kind) {
      case value_kind::none:
        out += "None";
        break;
      case value_kind::boolean:
        out += v.truth ? "True" : "False";
        break;
      case value_kind::integer:
        out += std::to_string(v.integer);
        break;
      case value_kind::natural:
        out += std::to_string(v.natural);
        break;
      case value_kind::big:
        out += v.text.size() > 2048 ? "<int of " + std::to_string(v.text.size()) + " bytes>" : decimal_of(v.text);
        break;
      case value_kind::real:
        out += repr_of_double(v.real);
        break;
      case value_kind::str:
        str(v.text);
        break;
      case value_kind::bytes:
        bytes(v.text);
        break;
      case value_kind::bytearray:
        out += "bytearray(";
        bytes(v.text);
        out += ')';
        break;
      case value_kind::array:
      case value_kind::list:
        items(v, "[", "]");
        break;
      case value_kind::tuple:
        items(v, "(", v.items.size() == 1 ? ",)" : ")");
        break;
      case value_kind::dict:
        items(v, "{", "}", true);
        break;
      case value_kind::set:
        if (v.items.empty()) {
          out += "set()";
        } else {
          items(v, "{", "}");
        }
        break;
      case value_kind::frozenset:
        if (v.items.empty()) {
          out += "frozenset()";
        } else {
          items(v, "frozenset({", "})");
        }
        break;
      case value_kind::complex:
        complex(v.real, v.items[0]->real);
        break;
      case value_kind::moment:
      case value_kind::local:
        datetime(v.integer, v.kind == value_kind::moment, v.small != 0);
        break;
      case value_kind::date: {
        const auto [year, month, day] = civil_of(v.integer);
        out += "datetime.date";
        numbers({year, month, day});
        out += ')';
        break;
      }
      case value_kind::span:
        span(v.small, v.integer);
        break;
      case value_kind::global:
        out += "<class '" + std::string(v.text) + "'>";
        break;
      case value_kind::object:
        out += v.text;
        items(v, "(", ")");
        break;
    }
  }
};

LEAT_DECL std::string repr_of(const value& v) {
  repr_printer printer;
  printer.print(v);
  return std::move(printer).cut();
}

LEAT_DECL std::string repr_of_bytes(std::string_view raw) {
  repr_printer printer;
  printer.bytes(raw);
  return std::move(printer).cut();
}

LEAT_DECL bool exact_double(const value& v, double& x) {
  constexpr double two_63 = 9223372036854775808.0;
  if (v.kind == value_kind::integer) {
    x = static_cast<double>(v.integer);
    return x < two_63 && static_cast<std::int64_t>(x) == v.integer;
  }
  if (v.kind == value_kind::natural) {
    x = static_cast<double>(v.natural);
    return x < 2 * two_63 && static_cast<std::uint64_t>(x) == v.natural;
  }
  if (v.kind != value_kind::big || v.text.size() > 130) return false;
  bool negative = (static_cast<unsigned char>(v.text.back()) & 0x80) != 0;
  unsigned carry = 1;
  x = 0;
  for (std::size_t i = 0; i != v.text.size(); ++i) {
    unsigned byte = static_cast<unsigned char>(v.text[i]);
    if (negative) {
      carry += 255 - byte;
      byte = carry & 255;
      carry >>= 8;
    }
    double part = __builtin_ldexp(byte, static_cast<int>(8 * i));
    double sum = x + part;
    if (sum - part != x || sum - x != part || __builtin_isinf(sum)) return false;
    x = sum;
  }
  if (negative) x = -x;
  return true;
}

}  // namespace leat::wire

#endif
