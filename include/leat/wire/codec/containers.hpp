// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_CODEC_CONTAINERS_HPP
#define LEAT_WIRE_CODEC_CONTAINERS_HPP

#include <leat/wire/codec.hpp>
#include <leat/wire/convert.hpp>
#include <leat/wire/same_keys.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace leat {

namespace wire {

template <class C>
concept sized_container = std::default_initializable<C> && requires(const C& c, C& m) {
  typename C::value_type;
  { c.size() } -> std::convertible_to<std::size_t>;
  c.begin() != c.end();
  m.clear();
};

/// vector, deque, list and what is shaped like them, strings of other characters excepted.
template <class C>
concept sequence_like = sized_container<C> && !requires { typename C::traits_type; } &&
                        requires(C& c, typename C::value_type&& x) { c.push_back(std::move(x)); };

/// map, unordered_map and what is shaped like them; not the multimaps, which a dict cannot hold.
template <class C>
concept map_like = sized_container<C> && requires(C& c, typename C::key_type&& k, typename C::mapped_type&& x) {
  c.insert_or_assign(std::move(k), std::move(x));
};

/// set, unordered_set and what is shaped like them; not the multisets.
template <class C>
concept set_like = sized_container<C> && !requires { typename C::mapped_type; } && requires(C& c, typename C::key_type&& k) {
  { c.insert(std::move(k)).second } -> std::convertible_to<bool>;
};

/// Room for what a decoder announces, where the container has such a call.
template <class C>
void make_room(C& c, std::size_t n) {
  if constexpr (requires { c.reserve(n); }) c.reserve(n);
}

/// Writes a dict's key or a set's item.
template <class T, class Out>
void encode_hashed(Out& out, const T& x) {
  if constexpr (holds_sets<T>()) out.freeze(1);
  wire_codec<T>::encode(out, x);
  if constexpr (holds_sets<T>()) out.freeze(-1);
}
template <class T, class In>
bool decode_hashed(In& in, T& x) {
  constexpr bool told = requires { in.freeze(1); };
  constexpr bool plain = std::is_arithmetic_v<T> || std::is_enum_v<T> || std::same_as<T, std::string>;
  if constexpr (told && !plain) in.freeze(1);
  const bool done = wire_codec<T>::decode(in, x);
  if constexpr (told && !plain) in.freeze(-1);
  return done;
}
/// Its annotation: what is hashed holds frozensets for sets.
template <class T>
std::string name_of_hashed() {
  std::string text = name_of<T>();
  if constexpr (holds_sets<T>()) {
    for (std::size_t at = 0; (at = text.find("set[", at)) != text.npos; at += 9)
      if (at == 0 || text[at - 1] != 'n') {
        text.insert(at, "frozen");
      } else {
        at -= 5;
      }
  }
  return text;
}

/// Containers: of one kind, but that msgpack has only arrays for what is no dict.
inline fit fit_of_array(const value& v, value_kind kind) {
  return v.kind == kind || v.kind == value_kind::array ? fit::same : fit::no;
}

/// Entries mostly come in the container's own order, so its end is the place to look first.
template <class C, class K, class M>
void add_entry(C& c, K key, M mapped) {
  if constexpr (requires { c.insert_or_assign(c.end(), std::move(key), std::move(mapped)); }) {
    c.insert_or_assign(c.end(), std::move(key), std::move(mapped));
  } else {
    c.insert_or_assign(std::move(key), std::move(mapped));
  }
}
template <class C, class K>
void add_item(C& c, K item) {
  if constexpr (requires { c.insert(c.end(), std::move(item)); }) {
    c.insert(c.end(), std::move(item));
  } else {
    c.insert(std::move(item));
  }
}

constexpr std::size_t add_tokens(std::size_t a, std::size_t b) {
  return a == wire::unbounded || b == wire::unbounded ? wire::unbounded : a + b;
}

/// A Python tuple; `Get` reaches the parts of `T`, which `std::get` and a common pattern of types allow.
template <class T, class Indices>
struct tuple_codec;

template <class T, std::size_t... I>
struct tuple_codec<T, std::index_sequence<I...>> {
  template <std::size_t N>
  using part = std::remove_cv_t<std::tuple_element_t<N, T>>;

  static constexpr std::size_t size = sizeof...(I);
  static constexpr bool encodable = (true && ... && is_encodable<part<I>>()),
                        decodable = (true && ... && is_decodable<part<I>>()),
                        hashable = (true && ... && is_hashable<part<I>>()),
                        holds_sets = (false || ... || wire::holds_sets<part<I>>()),
                        distinct = (true && ... && is_distinct<part<I>>());
  static constexpr std::size_t count_tokens() {
    std::size_t n = 1;
    ((n = add_tokens(n, tokens_of<part<I>>())), ...);
    return n > 64 ? wire::unbounded : n;
  }
  static constexpr std::size_t tokens = count_tokens();

  static std::string name() {
    if constexpr (size == 0) return "tuple[()]";
    std::string text;
    ((text += (I == 0 ? "tuple[" : ", ") + name_of<part<I>>()), ...);
    return text + "]";
  }
  static constexpr value_kind kind = value_kind::tuple;
  static fit takes(const value& v) {
    if (v.items.size() != size) return fit::no;
    return v.kind == value_kind::list ? fit::converted : fit_of_array(v, kind);
  }
  template <class Out>
  static void encode(Out& out, [[maybe_unused]] const T& x) {
    out.begin_tuple(size);
    (wire_codec<part<I>>::encode(out, std::get<I>(x)), ...);
    out.end_tuple(size);
  }
  template <class In>
  static bool decode(In& in, [[maybe_unused]] T& x) {
    return in.begin_tuple(size) && (true && ... && wire_codec<part<I>>::decode(in, std::get<I>(x))) && in.end_tuple(size);
  }
  static bool convert([[maybe_unused]] wire::converter& c, const value& v, [[maybe_unused]] T& x) {
    if ((v.kind != value_kind::tuple && v.kind != value_kind::array && v.kind != value_kind::list) || v.items.size() != size)
      return false;
    (c.item<T>(*v.items[I], std::get<I>(x), I), ...);
    return true;
  }
};

}  // namespace wire

template <class... T>
struct wire_codec<std::tuple<T...>> : wire::tuple_codec<std::tuple<T...>, std::index_sequence_for<T...>> {};
template <class T, class U>
struct wire_codec<std::pair<T, U>> : wire::tuple_codec<std::pair<T, U>, std::make_index_sequence<2>> {};
/// A tuple of one type, which may have more parts than a compiler nests expressions.
template <class T, std::size_t N>
struct wire_codec<std::array<T, N>> {
  static constexpr bool encodable = N == 0 || wire::is_encodable<T>(), decodable = N == 0 || wire::is_decodable<T>(),
                        hashable = N == 0 || wire::is_hashable<T>(), holds_sets = N != 0 && wire::holds_sets<T>(),
                        distinct = N == 0 || wire::is_distinct<T>();
  static constexpr std::size_t tokens = N > 63 || wire::tokens_of<T>() > 63 || 1 + N* wire::tokens_of<T>() > 64
                                            ? wire::unbounded
                                            : 1 + N* wire::tokens_of<T>();
  static constexpr wire::value_kind kind = wire::value_kind::tuple;

  static std::string name() {
    if constexpr (N == 0) return "tuple[()]";
    const std::string part = wire::name_of<T>();
    std::string text = "tuple[" + part;
    for (std::size_t i = 1; i < N; ++i) text += ", " + part;
    return text + "]";
  }
  static wire::fit takes(const wire::value& v) {
    if (v.items.size() != N) return wire::fit::no;
    return v.kind == wire::value_kind::list ? wire::fit::converted : wire::fit_of_array(v, kind);
  }
  template <class Out>
  static void encode(Out& out, const std::array<T, N>& x) {
    std::size_t n = N;
    out.begin_tuple(n);
    for (const T& i : x) wire_codec<T>::encode(out, i);
    out.end_tuple(n);
  }
  template <class In>
  static bool decode(In& in, std::array<T, N>& x) {
    if (!in.begin_tuple(N)) return false;
    for (T& i : x)
      if (!wire_codec<T>::decode(in, i)) return false;
    return in.end_tuple(N);
  }
  static bool convert(wire::converter& c, const wire::value& v, std::array<T, N>& x) {
    if (takes(v) == wire::fit::no) return false;
    for (std::size_t i = 0; i != N; ++i) c.item<std::array<T, N>>(*v.items[i], x[i], i);
    return true;
  }
};

template <wire::sequence_like C>
struct wire_codec<C> {
  using item = typename C::value_type;
  static constexpr bool encodable = wire::is_encodable<item>(), decodable = wire::is_decodable<item>(), hashable = false;
  static constexpr std::size_t tokens = wire::unbounded;
  static constexpr wire::value_kind kind = wire::value_kind::list;
  static std::string name() { return "list[" + wire::name_of<item>() + "]"; }
  static wire::fit takes(const wire::value& v) {
    return v.kind == wire::value_kind::tuple ? wire::fit::converted : wire::fit_of_array(v, kind);
  }
  template <class Out>
  static void encode(Out& out, const C& x) {
    std::size_t n = x.size();
    out.begin_list(n);
    for (const auto& i : x) wire_codec<item>::encode(out, i);
    out.end_list(n);
  }
  template <class In>
  static bool decode(In& in, C& x) {
    x.clear();
    return in.list(
        [&] {
          item i{};
          if (!wire_codec<item>::decode(in, i)) return false;
          x.push_back(std::move(i));
          return true;
        },
        [&] { x.clear(); });
  }
  static bool convert(wire::converter& c, const wire::value& v, C& x) {
    using enum wire::value_kind;
    if (v.kind != list && v.kind != array && v.kind != tuple && v.kind != set && v.kind != frozenset) return false;
    x.clear();
    wire::make_room(x, v.items.size());
    for (std::size_t n = 0; n != v.items.size(); ++n) {
      item i{};
      c.item<C>(*v.items[n], i, n);
      x.push_back(std::move(i));
    }
    return true;
  }
};

template <wire::map_like C>
struct wire_codec<C> {
  using key = typename C::key_type;
  using mapped = typename C::mapped_type;
  static constexpr bool encodable = wire::is_encodable<key>() && wire::is_encodable<mapped>() && wire::is_hashable<key>(),
                        decodable = wire::is_decodable<key>() && wire::is_decodable<mapped>() && wire::is_hashable<key>(),
                        hashable = false;
  static constexpr std::size_t tokens = wire::unbounded;
  static constexpr wire::value_kind kind = wire::value_kind::dict;
  static std::string name() { return "dict[" + wire::name_of_hashed<key>() + ", " + wire::name_of<mapped>() + "]"; }
  static wire::fit takes(const wire::value& v) { return v.kind == kind ? wire::fit::same : wire::fit::no; }
  template <class Out>
  static void encode(Out& out, const C& x) {
    if constexpr (!wire::is_distinct<key>() || !wire::compares_plainly<C>())
      wire::check_keys<key>(x, "keys", [](const auto& e) -> const key& { return e.first; }, &name);
    std::size_t n = x.size();
    out.begin_dict(n);
    for (const auto& [k, m] : x) {
      out.key();
      wire::encode_hashed(out, k);
      wire_codec<mapped>::encode(out, m);
    }
    out.end_dict(n);
  }
  template <class In>
  static bool decode(In& in, C& x) {
    x.clear();
    std::size_t n = 0;
    const bool read = in.dict(
        [&] {
          key k{};
          mapped m{};
          if (!wire::decode_hashed(in, k) || !wire_codec<mapped>::decode(in, m)) return false;
          wire::add_entry(x, std::move(k), std::move(m));
          ++n;
          return true;
        },
        [&] { x.clear(), n = 0; });
    return read && x.size() == n;
  }
  static bool convert(wire::converter& c, const wire::value& v, C& x) {
    if (v.kind != wire::value_kind::dict) return false;
    x.clear();
    for (std::size_t n = 0; n + 1 < v.items.size(); n += 2) {
      key k{};
      mapped m{};
      c.entry<C>(*v.items[n], k);
      c.entry<C>(*v.items[n + 1], m, v.items[n]);
      wire::add_entry(x, std::move(k), std::move(m));
      if (x.size() != n / 2 + 1) c.merged(*v.items[n], "keys", &name);
    }
    return true;
  }
};

template <wire::set_like C>
struct wire_codec<C> {
  using item = typename C::key_type;
  static constexpr bool encodable = wire::is_encodable<item>() && wire::is_hashable<item>(),
                        decodable = wire::is_decodable<item>() && wire::is_hashable<item>(), hashable = encodable,
                        holds_sets = true, distinct = wire::is_distinct<item>() && wire::compares_plainly<C>();
  static constexpr std::size_t tokens = wire::unbounded;
  static constexpr wire::value_kind kind = wire::value_kind::set;
  static std::string name() { return "set[" + wire::name_of_hashed<item>() + "]"; }
  static wire::fit takes(const wire::value& v) {
    return v.kind == wire::value_kind::frozenset ? wire::fit::converted : wire::fit_of_array(v, kind);
  }
  template <class Out>
  static void encode(Out& out, const C& x) {
    if constexpr (!distinct) wire::check_keys<item>(x, "items", [](const item& i) -> const item& { return i; }, &name);
    std::size_t n = x.size();
    out.begin_set(n);
    for (const auto& i : x) wire::encode_hashed(out, i);
    out.end_set(n);
  }
  template <class In>
  static bool decode(In& in, C& x) {
    x.clear();
    std::size_t n = 0;
    const bool read = in.set(
        [&] {
          item i{};
          if (!wire::decode_hashed(in, i)) return false;
          wire::add_item(x, std::move(i));
          ++n;
          return true;
        },
        [&] { x.clear(), n = 0; });
    return read && x.size() == n;
  }
  static bool convert(wire::converter& c, const wire::value& v, C& x) {
    if (v.kind != wire::value_kind::set && v.kind != wire::value_kind::frozenset && v.kind != wire::value_kind::array)
      return false;
    x.clear();
    for (std::size_t n = 0; n != v.items.size(); ++n) {
      item i{};
      c.item<C>(*v.items[n], i, n);
      wire::add_item(x, std::move(i));
      if (x.size() != n + 1) c.merged(*v.items[n], "items", &name);
    }
    return true;
  }
};

}  // namespace leat

#endif
