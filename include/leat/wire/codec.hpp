// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_CODEC_HPP
#define LEAT_WIRE_CODEC_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

namespace leat {

/// How a type crosses every wire: the one customization point. A specialization has
/// - `static constexpr bool encodable, decodable, hashable`; hashable: it can be a dict's key or in a set,
/// - `static constexpr std::size_t tokens`: most scalars and tuple marks that a value makes, or `wire::unbounded`,
/// - `static std::string name()`: the Python annotation,
/// - `template <class Out> static void encode(Out& out, const T& x)`,
/// - `template <class In> static bool decode(In& in, T& x)`: the usual form; false: look again with `convert`,
/// - `static bool convert(wire::converter& c, const wire::value& v, T& x)`: any form; false: it does not fit.
///
/// It may have `static wire::fit takes(const wire::value&)`, which spares a variant trials, `static constexpr wire::value_kind
/// kind`, the only kind that `decode` reads, `static constexpr bool holds_sets`, where a key may hold sets, and `static
/// constexpr bool distinct`: values that differ in C++ differ in Python, too, which spares keys being compared.
template <class T>
struct wire_codec;

namespace wire {

enum class value_kind : std::uint8_t;
struct value;
class converter;

/// How well a value suits a type: not at all, rounded to the nearest float of 32 bits, after a conversion without loss, or as
/// it is.
enum class fit : std::uint8_t { no, rounded, converted, same };

}  // namespace wire

namespace wire {

/// The wire that elements of a type travel on where another one was chosen for all.
template <class Wire, class T>
struct carrier {
  using type = Wire;
};

/// The `tokens` of a type whose encoded size has no bound.
inline constexpr std::size_t unbounded = ~std::size_t{0};

template <class T>
concept has_codec = requires { wire_codec<T>::tokens; };

template <class T>
constexpr bool is_encodable() {
  if constexpr (has_codec<T>) return wire_codec<T>::encodable;
  return false;
}
template <class T>
constexpr bool is_decodable() {
  if constexpr (has_codec<T>) return wire_codec<T>::decodable;
  return false;
}
template <class T>
constexpr bool is_hashable() {
  if constexpr (has_codec<T>) return wire_codec<T>::hashable;
  return false;
}
template <class T>
constexpr std::size_t tokens_of() {
  if constexpr (has_codec<T>) return wire_codec<T>::tokens;
  return wire::unbounded;
}

template <class T>
constexpr bool holds_sets() {
  if constexpr (requires { wire_codec<T>::holds_sets; }) return wire_codec<T>::holds_sets;
  return false;
}
template <class T>
constexpr bool is_distinct() {
  if constexpr (requires { wire_codec<T>::distinct; }) return wire_codec<T>::distinct;
  return false;
}
template <class T>
constexpr bool has_kind() {
  return requires { wire_codec<T>::kind; };
}
template <class T>
fit fit_of(const value& v) {
  if constexpr (requires { wire_codec<T>::takes(v); }) {
    return wire_codec<T>::takes(v);
  } else {
    return fit::converted;
  }
}

/// The annotation; `object` where no codec says another.
template <class T>
std::string name_of() {
  if constexpr (has_codec<T>) {
    return wire_codec<T>::name();
  } else {
    return "object";
  }
}

}  // namespace wire

}  // namespace leat

#endif
