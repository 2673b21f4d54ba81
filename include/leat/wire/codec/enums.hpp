// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_CODEC_ENUMS_HPP
#define LEAT_WIRE_CODEC_ENUMS_HPP

#include <leat/wire/codec.hpp>
#include <leat/wire/codec/scalars.hpp>
#include <leat/wire/convert.hpp>

#include <cstddef>
#include <string>
#include <type_traits>

namespace leat {

namespace wire {

/// Enums that say which values they have, by a function beside them: `constexpr auto leat_values(color) { return
/// std::array{color::red, color::blue}; }`.
template <class E>
concept lists_values = requires(E e) { leat_values(e).begin(); };

/// The integer that an enum travels as.
template <class E>
constexpr auto enum_integer() {
  using underlying = std::underlying_type_t<E>;
  if constexpr (integer_like<underlying> || std::is_same_v<underlying, bool>) {
    return underlying{};
  } else if constexpr (std::is_signed_v<underlying>) {  // char and its kin are no numbers by themselves
    return std::int32_t{};
  } else {
    return std::uint32_t{};
  }
}

template <class E>
concept enum_like = std::is_enum_v<E> && !std::is_same_v<E, std::byte>;

}  // namespace wire

/// Any enum: its underlying int. Refused on the way in where the type does not hold it, or where the enum lists its values
/// (`leat_values`) and it is none of them.
template <wire::enum_like E>
struct wire_codec<E> : wire::scalar_codec {
  using integer = decltype(wire::enum_integer<E>());
  using underlying = std::underlying_type_t<E>;
  static constexpr wire::value_kind kind = wire_codec<integer>::kind;

  static std::string name() { return wire_codec<integer>::name(); }
  static wire::fit takes(const wire::value& v) {
    integer i{};
    return read(v, i) && known(static_cast<E>(i)) ? wire::fit::same : wire::fit::no;
  }
  template <class Out>
  static void encode(Out& out, E x) {
    wire_codec<integer>::encode(out, static_cast<integer>(x));
  }
  template <class In>
  static bool decode(In& in, E& x) {
    integer i{};
    if (!wire_codec<integer>::decode(in, i) || !holds(i)) return false;
    x = static_cast<E>(i);
    return known(x);
  }
  static bool convert(wire::converter& c, const wire::value& v, E& x) {
    integer i{};
    if (!wire_codec<integer>::convert(c, v, i)) return false;
    if (!holds(i)) return c.refuse("int that the enum's type holds");
    x = static_cast<E>(i);
    return known(x) || c.refuse(names());
  }

 private:
  static constexpr bool holds(integer i) { return static_cast<integer>(static_cast<underlying>(i)) == i; }
  static bool read(const wire::value& v, integer& i) {
    if (wire::fit_of<integer>(v) != wire::fit::same) return false;
    if constexpr (std::is_same_v<integer, bool>) {
      i = v.truth;
    } else {
      i = v.kind == wire::value_kind::natural ? static_cast<integer>(v.natural) : static_cast<integer>(v.integer);
    }
    return holds(i);
  }
  static constexpr bool known([[maybe_unused]] E x) {
    if constexpr (wire::lists_values<E>) {
      for (E e : leat_values(x))
        if (e == x) return true;
      return false;
    }
    return true;
  }
  static std::string names() {
    std::string text;
    if constexpr (wire::lists_values<E>)
      for (E e : leat_values(E{})) text += (text.empty() ? "int among " : ", ") + std::to_string(static_cast<integer>(e));
    return text;
  }
};

}  // namespace leat

#endif
