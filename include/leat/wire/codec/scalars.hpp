// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_CODEC_SCALARS_HPP
#define LEAT_WIRE_CODEC_SCALARS_HPP

#include <leat/wire/codec.hpp>
#include <leat/wire/convert.hpp>
#include <leat/wire/utf8.hpp>

#include <concepts>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace leat {

/// Python's `bytes`.
using bytes = std::vector<std::byte>;

namespace wire {

/// Types that are nothing but text.
template <class T>
concept text_like = std::same_as<T, std::string> || std::same_as<T, bytes>;

/// The integers of up to 64 bits, but neither bool nor the character types.
template <class T>
concept integer_like =
    std::integral<T> && sizeof(T) <= 8 && !std::same_as<T, bool> && !std::same_as<T, char> && !std::same_as<T, wchar_t> &&
    !std::same_as<T, char8_t> && !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

struct scalar_codec {
  static constexpr bool encodable = true, decodable = true, hashable = true, distinct = true;
  static constexpr std::size_t tokens = 1;
};

/// For codecs whose values are of one kind, as they come and as they go.
template <value_kind Kind>
struct of_kind {
  static constexpr value_kind kind = Kind;
  static fit takes(const value& v) { return v.kind == Kind ? fit::same : fit::no; }
};

template <class T>
struct none_codec : scalar_codec, of_kind<value_kind::none> {
  static std::string name() { return "None"; }
  template <class Out>
  static void encode(Out& out, const T&) {
    out.none();
  }
  template <class In>
  static bool decode(In& in, T&) {
    return in.none();
  }
  static bool convert(wire::converter&, const value& v, T&) { return v.kind == value_kind::none; }
};

[[noreturn]] LEAT_DECL void refuse_text(std::string_view text);
LEAT_DECL void assign_bytes(bytes& x, std::string_view raw);

template <class T>
struct text_codec : scalar_codec, of_kind<value_kind::str> {
  static constexpr bool decodable = false;
  static constexpr std::size_t tokens = wire::unbounded;
  static std::string name() { return "str"; }
  template <class Out>
  static void encode(Out& out, std::string_view text) {
    if (!valid_utf8(text)) [[unlikely]]
      refuse_text(text);
    out.str(text);
  }
};

}  // namespace wire

template <>
struct wire_codec<bool> : wire::scalar_codec, wire::of_kind<wire::value_kind::boolean> {
  static std::string name() { return "bool"; }
  template <class Out>
  static void encode(Out& out, bool x) {
    out.boolean(x);
  }
  template <class In>
  static bool decode(In& in, bool& x) {
    return in.boolean(x);
  }
  static bool convert(wire::converter&, const wire::value& v, bool& x) {
    if (v.kind != wire::value_kind::boolean) return false;
    x = v.truth;
    return true;
  }
};

template <wire::integer_like T>
struct wire_codec<T> : wire::scalar_codec {
  static constexpr wire::value_kind kind = wire::value_kind::integer;
  static std::string name() { return "int"; }
  static wire::fit takes(const wire::value& v) {
    const bool fits =
        (v.kind == kind && std::in_range<T>(v.integer)) || (v.kind == wire::value_kind::natural && std::in_range<T>(v.natural));
    return fits ? wire::fit::same : wire::fit::no;
  }
  template <class Out>
  static void encode(Out& out, T x) {
    if constexpr (std::unsigned_integral<T> && sizeof(T) == 8) {
      out.natural(x);
    } else {
      out.integer(x);
    }
  }
  template <class In>
  static bool decode(In& in, T& x) {
    if constexpr (std::unsigned_integral<T> && sizeof(T) == 8) {
      std::uint64_t wide;
      if (!in.natural(wide)) return false;
      x = wide;
    } else {
      std::int64_t wide;
      if (!in.integer(wide) || !std::in_range<T>(wide)) return false;
      x = static_cast<T>(wide);
    }
    return true;
  }
  static bool convert(wire::converter& c, const wire::value& v, T& x) {
    if (v.kind == wire::value_kind::integer && std::in_range<T>(v.integer)) {
      x = static_cast<T>(v.integer);
    } else if (v.kind == wire::value_kind::natural && std::in_range<T>(v.natural)) {
      x = static_cast<T>(v.natural);
    } else if (v.kind == wire::value_kind::integer || v.kind == wire::value_kind::natural || v.kind == wire::value_kind::big) {
      return c.refuse("int from " + std::to_string(std::numeric_limits<T>::min()) + " to " +
                      std::to_string(std::numeric_limits<T>::max()));
    } else {
      return false;
    }
    return true;
  }
};

template <class T>
  requires std::same_as<T, float> || std::same_as<T, double>
struct wire_codec<T> : wire::scalar_codec {
  static constexpr wire::value_kind kind = wire::value_kind::real;
  static std::string name() { return "float"; }
  static wire::fit takes(const wire::value& v) {
    double wide = v.kind == kind ? v.real : 0;
    if (v.kind != kind) return wire::exact_double(v, wide) && exact(wide) ? wire::fit::converted : wire::fit::no;
    if (T x; !store(wide, x)) return wire::fit::no;
    return exact(wide) ? wire::fit::same : wire::fit::rounded;
  }
  template <class Out>
  static void encode(Out& out, T x) {
    out.real(static_cast<double>(x));
  }
  template <class In>
  static bool decode(In& in, T& x) {
    if constexpr (narrow) {
      if (!in.next_is_real()) {
        std::int64_t i;
        if (!in.integer(i) || i > 1 << 24 || i < -(1 << 24)) return false;
        x = static_cast<T>(i);
        return true;
      }
    }
    double wide;
    return in.real(wide) && store(wide, x);
  }
  static bool convert(wire::converter& c, const wire::value& v, T& x) {
    using kind = wire::value_kind;
    double wide = v.kind == kind::real ? v.real : 0;
    if (v.kind == kind::integer || v.kind == kind::natural || v.kind == kind::big) {
      if (!wire::exact_double(v, wide) || !exact(wide))
        return c.refuse(narrow ? "float of 32 bits (or an int that one holds exactly)"
                               : "float (or an int that a float holds exactly)");
    } else if (v.kind != kind::real) {
      return false;
    }
    return store(wide, x) || c.refuse("float that 32 bits hold");
  }

 private:
  static constexpr bool narrow = sizeof(T) < sizeof(double);

  static bool exact([[maybe_unused]] double wide) {
    if constexpr (narrow) {
      T x;
      return wide != wide || (store(wide, x) && static_cast<double>(x) == wide);
    }
    return true;
  }
  /// The nearest one; none where that is infinite, or zero for what is not.
  static bool store(double wide, T& x) {
    if constexpr (narrow) {
      constexpr double infinite = 0x1.ffffffp127;  // from here on
      if (wide - wide == 0 && (wide >= infinite || wide <= -infinite)) return false;
      x = static_cast<T>(wide);
      return x != 0 || wide == 0;
    }
    x = static_cast<T>(wide);
    return true;
  }
};

template <>
struct wire_codec<std::monostate> : wire::none_codec<std::monostate> {};
template <>
struct wire_codec<std::nullptr_t> : wire::none_codec<std::nullptr_t> {};

template <>
struct wire_codec<std::string> : wire::text_codec<std::string> {
  static constexpr bool decodable = true;
  template <class In>
  static bool decode(In& in, std::string& x) {
    std::string_view text;
    if (!in.str(text)) return false;
    x.assign(text.data(), text.size());
    return true;
  }
  static bool convert(wire::converter& c, const wire::value& v, std::string& x) {
    if (v.kind != wire::value_kind::str) return false;
    if (!wire::valid_utf8(v.text)) return c.refuse("str without lone surrogates");
    x.assign(v.text.data(), v.text.size());
    return true;
  }
};
template <>
struct wire_codec<std::string_view> : wire::text_codec<std::string_view> {};
template <>
struct wire_codec<const char*> : wire::text_codec<const char*> {};
template <>
struct wire_codec<char*> : wire::text_codec<char*> {};

template <>
struct wire_codec<bytes> : wire::scalar_codec {
  static constexpr std::size_t tokens = wire::unbounded;
  static constexpr wire::value_kind kind = wire::value_kind::bytes;
  static wire::fit takes(const wire::value& v) {
    return v.kind == kind ? wire::fit::same : held_by(v) ? wire::fit::converted : wire::fit::no;
  }
  static std::string name() { return "bytes"; }
  template <class Out>
  static void encode(Out& out, const bytes& x) {
    out.bytes({reinterpret_cast<const char*>(x.data()), x.size()});
  }
  template <class In>
  static bool decode(In& in, bytes& x) {
    std::string_view raw;
    if (!in.bytes(raw)) return false;
    wire::assign_bytes(x, raw);
    return true;
  }
  static bool convert(wire::converter&, const wire::value& v, bytes& x) {
    if (!held_by(v)) return false;
    wire::assign_bytes(x, v.text);
    return true;
  }

 private:
  static bool held_by(const wire::value& v) {
    return v.kind == kind || v.kind == wire::value_kind::bytearray || (v.kind == wire::value_kind::str && v.small == 1);
  }
};

template <class T>
struct wire_codec<std::optional<T>> {
  static constexpr bool encodable = wire::is_encodable<T>(), decodable = wire::is_decodable<T>(),
                        hashable = wire::is_hashable<T>(), holds_sets = wire::holds_sets<T>();
  static constexpr bool distinct = [] {
    if constexpr (wire::has_kind<T>()) return wire::is_distinct<T>() && wire_codec<T>::kind != wire::value_kind::none;
    return false;  // it may have a None of its own
  }();
  static constexpr std::size_t tokens = wire::tokens_of<T>();
  static wire::fit takes(const wire::value& v) {
    return v.kind == wire::value_kind::none ? wire::fit::same : wire::fit_of<T>(v);
  }
  static std::string name() { return wire::name_of<T>() + " | None"; }
  template <class Out>
  static void encode(Out& out, const std::optional<T>& x) {
    if (x) {
      wire_codec<T>::encode(out, *x);
    } else {
      out.none();
    }
  }
  template <class In>
  static bool decode(In& in, std::optional<T>& x) {
    x.reset();
    return in.none() || wire_codec<T>::decode(in, x.emplace());
  }
  static bool convert(wire::converter& c, const wire::value& v, std::optional<T>& x) {
    x.reset();
    return v.kind == wire::value_kind::none || wire_codec<T>::convert(c, v, x.emplace());
  }
};

}  // namespace leat

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/wire/codec/impl/scalars.ipp>
#endif

#endif
