// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_CODEC_BIG_INT_HPP
#define LEAT_WIRE_CODEC_BIG_INT_HPP

#include <leat/core/config.hpp>
#include <leat/wire/codec.hpp>
#include <leat/wire/codec/scalars.hpp>
#include <leat/wire/convert.hpp>

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace leat {

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

/// A Python int of any size: carried, compared and printed, without arithmetic.
class big_int {
 public:
  big_int() = default;
  template <wire::integer_like T>
  explicit(false) big_int(T x) : big_int(static_cast<int128>(x)) {}
  LEAT_DECL explicit(false) big_int(int128 x);
  LEAT_DECL explicit(false) big_int(uint128 x);
  /// From decimal digits with an optional sign, at most 4300 of them (Python's own limit); throws `usage_error` for other text.
  LEAT_DECL explicit big_int(std::string_view decimal);
  /// From two's complement, little-endian, as Python's `int.to_bytes(n, "little", signed=True)` gives it.
  LEAT_DECL static big_int from_bytes(std::string_view raw);

  /// The decimal digits; throws `usage_error` where they are more than 4300.
  LEAT_DECL std::string str() const;
  /// The shortest two's complement, little-endian; empty for 0.
  const std::string& raw() const noexcept { return raw_; }
  bool negative() const noexcept { return !raw_.empty() && static_cast<unsigned char>(raw_.back()) >= 0x80; }
  /// Stores it into an integer of up to 128 bits; false where it does not fit.
  LEAT_DECL bool get(int128& x) const noexcept;
  LEAT_DECL bool get(uint128& x) const noexcept;
  template <wire::integer_like T>
  bool get(T& x) const noexcept {
    int128 wide = 0;
    if (!get(wide) || wide != static_cast<int128>(static_cast<T>(wide))) return false;
    x = static_cast<T>(wide);
    return true;
  }

  friend bool operator==(const big_int&, const big_int&) = default;
  friend std::strong_ordering operator<=>(const big_int& a, const big_int& b) noexcept { return a.compare(b); }

 private:
  LEAT_DECL std::strong_ordering compare(const big_int& other) const noexcept;

  std::string raw_;
};

namespace wire {

/// The int of a value that is one.
LEAT_DECL bool read_big(const value& v, big_int& x);

template <class T>
struct wide_codec : scalar_codec {
  static constexpr std::size_t tokens = wire::unbounded;
  static constexpr value_kind kind = value_kind::integer;
  static std::string name() { return "int"; }
  static fit takes(const value& v) {
    big_int held;
    T x{};
    return read_big(v, held) && narrow(held, x) ? fit::same : fit::no;
  }
  template <class Out>
  static void encode(Out& out, const T& x) {
    const big_int held(x);
    if (std::int64_t small; held.get(small)) return out.integer(small);
    if (std::uint64_t natural; held.get(natural)) return out.natural(natural);
    out.big(held.raw());
  }
  template <class In>
  static bool decode(In& in, T& x) {
    std::int64_t small;
    if (!in.integer(small)) return false;
    return narrow(big_int(small), x);
  }
  static bool convert(converter& c, const value& v, T& x) {
    big_int held;
    if (!read_big(v, held)) return false;
    return narrow(held, x) ||
           c.refuse(std::same_as<T, uint128> ? "int from 0 to 2**128 - 1" : "int from -2**127 to 2**127 - 1");
  }

 private:
  static bool narrow(const big_int& held, T& x) {
    if constexpr (std::same_as<T, big_int>) {
      x = held;
      return true;
    } else {
      return held.get(x);
    }
  }
};

}  // namespace wire

template <>
struct wire_codec<big_int> : wire::wide_codec<big_int> {};
template <>
struct wire_codec<int128> : wire::wide_codec<int128> {};
template <>
struct wire_codec<uint128> : wire::wide_codec<uint128> {};

}  // namespace leat

template <>
struct std::hash<leat::big_int> {
  std::size_t operator()(const leat::big_int& x) const noexcept { return std::hash<std::string>{}(x.raw()); }
};

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/wire/codec/impl/big_int.ipp>
#endif

#endif
