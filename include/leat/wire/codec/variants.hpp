// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_CODEC_VARIANTS_HPP
#define LEAT_WIRE_CODEC_VARIANTS_HPP

#include <leat/wire/codec.hpp>
#include <leat/wire/convert.hpp>
#include <leat/wire/value.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace leat {

/// A value of one of several types. What comes back becomes the first alternative that it suits as it is, or else the first
/// that takes it without loss. msgpack has one kind of array: there, at most one alternative may be a list, tuple or set, or
/// all are lists of scalars.
template <class... T>
struct wire_codec<std::variant<T...>> {
  using variant = std::variant<T...>;
  static constexpr bool encodable = (true && ... && wire::is_encodable<T>()),
                        decodable = (true && ... && wire::is_decodable<T>()),
                        hashable = (true && ... && wire::is_hashable<T>()),
                        holds_sets = (false || ... || wire::holds_sets<T>());
  static constexpr std::size_t tokens = std::max({wire::tokens_of<T>()...});

  static std::string name() {
    std::string text;
    ((text += (text.empty() ? "" : " | ") + wire::name_of<T>()), ...);
    return text;
  }
  static wire::fit takes(const wire::value& v) { return std::max({wire::fit_of<T>(v)...}); }

  template <class Out>
  static void encode(Out& out, const variant& x) {
    if (x.valueless_by_exception()) throw conversion_error(name(), "a std::variant without a value", "");
    if constexpr (ambiguous && requires { Out::arrays_only; })
      throw conversion_error("a wire that tells " + name() + " apart (msgpack has one kind of array and of bytes)",
                             "std::variant", "");
    std::visit([&out]<class U>(const U& held) { wire_codec<U>::encode(out, held); }, x);
  }

  template <class In>
  static bool decode(In& in, variant& x) {
    return decode_kind(in, x, in.next_kind(), std::index_sequence_for<T...>{});
  }

  static bool convert(wire::converter& c, const wire::value& v, variant& x) {
    using wire::fit;
    if (ambiguous && v.kind == wire::value_kind::array)
      return c.refuse(name() + " (which msgpack, with one kind of array, cannot tell apart)");
    constexpr auto all = std::index_sequence_for<T...>{};
    const std::size_t suiting = (std::size_t{0} + ... + (wire::fit_of<T>(v) != fit::no));
    return try_all(c, v, x, fit::same, suiting == 1, all) || try_all(c, v, x, fit::converted, suiting == 1, all) ||
           try_all(c, v, x, fit::rounded, suiting == 1, all);
  }

 private:
  template <class U>
  static constexpr wire::value_kind kind_of() {
    if constexpr (requires { wire_codec<U>::kind; }) return wire_codec<U>::kind;
    return wire::value_kind::object;
  }
  /// Whether what an alternative suits is known by `takes` alone, as for an optional: only `convert` tells which one is first.
  static constexpr bool mixed = [] {
    bool found = false;
    auto look = [&]<class U>(std::type_identity<U>) {
      if constexpr (requires(const wire::value& v) { wire_codec<U>::takes(v); })
        found = found || kind_of<U>() == wire::value_kind::object;
    };
    (look(std::type_identity<T>{}), ...);
    return found;
  }();
  /// Whether a float could be rounded where another alternative would keep it.
  static constexpr bool rounds =
      (false || ... || std::is_same_v<T, float>) &&
      (false || ... || (kind_of<T>() == wire::value_kind::complex || kind_of<T>() == wire::value_kind::object));
  /// 0 where it is not known.
  template <class U>
  static constexpr std::size_t class_of() {
    using kind = wire::value_kind;
    constexpr kind k = kind_of<U>();
    if (k == kind::object) return 0;
    if (k == kind::boolean || k == kind::natural || k == kind::big || k == kind::real || k == kind::complex)
      return static_cast<std::size_t>(kind::integer) + 1;
    if (k == kind::bytearray) return static_cast<std::size_t>(kind::bytes) + 1;
    return static_cast<std::size_t>(k) + 1;
  }

 public:
  /// Alternatives of different classes are never equal in Python; numbers are one class.
  static constexpr bool distinct = [] {
    std::size_t kinds[] = {(wire::is_distinct<T>() ? class_of<T>() : 0)...};
    for (std::size_t i = 0; i != sizeof...(T); ++i)
      for (std::size_t j = 0; j != i; ++j)
        if (kinds[i] == kinds[j] || kinds[i] == 0 || kinds[j] == 0) return false;
    return kinds[0] != 0;
  }();

 private:
  /// Whether msgpack would give two alternatives the same form: its arrays are lists, tuples and sets, but lists of scalars
  /// are told from each other by what they hold.
  static constexpr bool ambiguous = [] {
    using kind = wire::value_kind;
    std::size_t arrays = 0, plain = 0, raw = 0;
    auto count = [&]<class U>(std::type_identity<U>) {
      constexpr kind k = kind_of<U>();
      arrays += k == kind::list || k == kind::tuple || k == kind::set;
      raw += k == kind::bytes || k == kind::bytearray;
      if constexpr (k == kind::list) plain += kind_of<typename U::value_type>() <= kind::bytes;
    };
    (count(std::type_identity<T>{}), ...);
    return (arrays > 1 && plain != arrays) || raw > 1;
  }();

  /// The number of the only alternative of a kind.
  static constexpr std::size_t only(wire::value_kind kind) {
    std::size_t i = 0, found = sizeof...(T), n = 0;
    ((kind_of<T>() == kind ? (found = i, ++n, ++i) : ++i), ...);
    return n == 1 ? found : sizeof...(T);
  }

  template <class In, std::size_t... I>
  static bool decode_kind(In& in, variant& x, wire::value_kind kind, std::index_sequence<I...>) {
    if (mixed || (rounds && kind == wire::value_kind::real)) return false;
    bool done = false;
    (void)(false || ... ||
           (kind == kind_of<T>() && kind != wire::value_kind::object && only(kind_of<T>()) == I &&
            (done = wire_codec<T>::decode(in, x.template emplace<I>()), true)));
    return done;
  }

  /// Tries the alternatives of a fit in their order; where there is only one, its error tells most.
  template <std::size_t... I>
  static bool try_all(wire::converter& c, const wire::value& v, variant& x, wire::fit wanted, bool alone,
                      std::index_sequence<I...>) {
    return (false || ... || (wire::fit_of<T>(v) == wanted && try_one<I>(c, v, x, alone)));
  }
  template <std::size_t I>
  static bool try_one(wire::converter& c, const wire::value& v, variant& x, bool alone) {
    auto& held = x.template emplace<I>();
    if (alone) {
      c.alternative(v, held);
      return true;
    }
    try {
      c.alternative(v, held);
      return true;
    } catch (const conversion_error&) {
      return false;
    }
  }
};

}  // namespace leat

#endif
