// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_CODEC_STRUCTS_HPP
#define LEAT_WIRE_CODEC_STRUCTS_HPP

#include <leat/wire/codec/containers.hpp>
#include <leat/wire/fields.hpp>

#include <array>
#include <bitset>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace leat {

namespace wire {

template <class T, class Indices>
struct struct_codec;

template <class T>
inline constexpr bool may_lack = false;  // a field whose absence says nothing but none
template <class T>
inline constexpr bool may_lack<std::optional<T>> = true;

/// A struct that declares its fields. What comes back has exactly these, but that optional ones may be missing: a dict, an
/// object whose attributes are known, or, for tuples, their values in order.
template <class T, std::size_t... I>
struct struct_codec<T, std::index_sequence<I...>> {
  using list = field_list<T>;
  using form = typename list::form;
  template <std::size_t N>
  using member = std::remove_reference_t<std::tuple_element_t<N, decltype(list::members(std::declval<T&>()))>>;
  template <std::size_t N>
  using part = std::remove_cv_t<member<N>>;

  static constexpr std::size_t size = sizeof...(I);
  static constexpr bool is_tuple = std::is_same_v<form, as_tuple>, is_dict = dict_form<form>;
  static constexpr bool ignores = std::is_same_v<form, ignore_unknown>;
  static constexpr bool encodable = (true && ... && is_encodable<part<I>>()),
                        decodable = std::is_default_constructible_v<T> &&
                                    (true && ... && (is_decodable<part<I>>() && !std::is_const_v<member<I>>)),
                        hashable = !is_dict && (true && ... && is_hashable<part<I>>()),
                        holds_sets = (false || ... || wire::holds_sets<part<I>>());
  static constexpr std::size_t count_tokens() {
    std::size_t n = is_tuple ? 1 : unbounded;
    ((n = add_tokens(n, tokens_of<part<I>>())), ...);
    return n > 64 ? unbounded : n;
  }
  static constexpr std::size_t tokens = count_tokens();
  static constexpr value_kind kind = is_tuple ? value_kind::tuple : value_kind::dict;

  static std::string name() {
    std::string text = is_tuple ? "tuple[{" : "{";
    if constexpr (!is_tuple && !is_dict) text = "instance['" + std::string(form::name) + "', {";
    ((text += (I == 0 ? "'" : ", '") + std::string(list::names[I]) + "': " + name_of<part<I>>()), ...);
    if (ignores) text += ", ...: object";
    return text + (is_dict ? "}" : "}]");
  }

  static fit takes(const value& v) {
    if (is_tuple && v.items.size() == size && fit_of_array(v, value_kind::tuple) == fit::same) return fit::same;
    const value* dict = attributes(v);
    if (dict == nullptr) return fit::no;
    std::bitset<size> seen;
    for (std::size_t n = 0; n != dict->items.size(); n += 2) {
      const std::size_t i = find(*dict->items[n]);
      if (i != size)
        seen.set(i);
      else if (!ignores)
        return fit::no;
    }
    if (!(true && ... && (seen[I] || may_lack<part<I>>))) return fit::no;
    return kind == value_kind::dict && dict->items.size() == 2 * size && seen.all() ? fit::same : fit::converted;
  }

  template <class Out>
  static void encode(Out& out, const T& x) {
    [[maybe_unused]] const auto parts = list::members(x);
    if constexpr (is_tuple) {
      out.begin_tuple(size);
      (wire_codec<part<I>>::encode(out, std::get<I>(parts)), ...);
      out.end_tuple(size);
    } else {
      if constexpr (!is_dict) out.begin_instance({code.data(), code.size()});
      out.begin_dict(size);
      (put<I>(out, std::get<I>(parts)), ...);
      out.end_dict(size);
      if constexpr (!is_dict) out.end_instance();
    }
  }

  template <class In>
  static bool decode(In& in, T& x) {
    [[maybe_unused]] auto parts = list::members(x);
    if constexpr (is_tuple) {
      return in.begin_tuple(size) && (true && ... && wire_codec<part<I>>::decode(in, std::get<I>(parts))) && in.end_tuple(size);
    } else {
      std::bitset<size> seen;
      std::size_t next = 0;
      const bool read = in.dict(
          [&] {
            std::string_view key;
            if (!in.str(key)) return false;
            if (next == size || list::names[next] != key) next = find(key);
            if (next != size && seen[next]) return false;
            bool good = false;
            (void)(false || ... || (next == I && (good = wire_codec<part<I>>::decode(in, std::get<I>(parts)), true)));
            if (good) seen.set(next++);
            return good;
          },
          [&] { seen.reset(); });
      return read && (seen.all() || (true && ... && (seen[I] || lack(std::get<I>(parts)))));
    }
  }

  static bool convert(converter& c, const value& v, T& x) {
    [[maybe_unused]] auto parts = list::members(x);
    if constexpr (is_tuple) {
      if (v.kind == value_kind::tuple || v.kind == value_kind::array || v.kind == value_kind::list) {
        if (v.items.size() != size) return false;
        (c.field<T>(*v.items[I], std::get<I>(parts), list::names[I]), ...);
        return true;
      }
    }
    const value* dict = attributes(v);
    if (dict == nullptr) return false;
    std::bitset<size> seen;
    for (std::size_t n = 0; n + 1 < dict->items.size(); n += 2) {
      const std::size_t i = find(*dict->items[n]);
      if (ignores && i == size) continue;
      if (i == size) return c.refuse(name() + " (it has no field " + repr_of(*dict->items[n]) + ")");
      if (seen[i]) return c.refuse(name() + " (its field " + repr_of(*dict->items[n]) + " is there twice)");
      (void)(false || ... || (i == I && (c.field<T>(*dict->items[n + 1], std::get<I>(parts), list::names[I]), true)));
      seen.set(i);
    }
    (void)(true && ... && (seen[I] || (seen[I] = lack(std::get<I>(parts)))));
    for (std::size_t i = 0; i != size; ++i)
      if (!seen[i]) return c.refuse(name() + " (its field '" + std::string(list::names[i]) + "' is missing)");
    return true;
  }

 private:
  /// A field that is missing; false: it must be there.
  template <class P>
  static bool lack(P& field) {
    if constexpr (may_lack<P>) field.reset();
    return may_lack<P>;
  }
  static std::size_t find(std::string_view key) {
    std::size_t i = 0;
    while (i != size && list::names[i] != key) ++i;
    return i;
  }
  static std::size_t find(const value& key) { return key.kind == value_kind::str ? find(key.text) : size; }

  /// The dict of a value's fields, where it has one.
  static const value* attributes(const value& v) {
    if (v.kind == value_kind::dict) return &v;
    return v.kind == value_kind::object && v.small == 1 && v.items.size() == 1 ? v.items[0] : nullptr;
  }

  template <std::size_t N, class Out>
  static void put(Out& out, const part<N>& x) {
    out.key();
    out.str(list::names[N]);
    wire_codec<part<N>>::encode(out, x);
  }

  /// The opcode that names the class: `cMODULE\nNAME\n`.
  static constexpr auto make_code() {
    if constexpr (is_tuple || is_dict) {
      return std::array<char, 0>{};
    } else {
      std::array<char, form::name.size() + 2> text{'c'};
      for (std::size_t i = 0; i != form::name.size(); ++i) text[i + 1] = i == form::colon ? '\n' : form::name[i];
      text.back() = '\n';
      return text;
    }
  }
  static constexpr auto code = make_code();
};

/// Of a struct that holds itself, which does not cross.
struct endless_codec {
  static constexpr bool encodable = false, decodable = false, hashable = false;
  static constexpr std::size_t tokens = unbounded;
  static std::string name() { return "object"; }
};

template <class T>
using struct_indices = std::make_index_sequence<std::tuple_size_v<fields_tuple<T>>>;

}  // namespace wire

template <wire::has_fields T>
struct wire_codec<T>
    : std::conditional_t<wire::holds_itself<T>, wire::endless_codec, wire::struct_codec<T, wire::struct_indices<T>>> {};

}  // namespace leat

#endif
