// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SHUFFLE_HASH_HPP
#define LEAT_SHUFFLE_HASH_HPP

#include <array>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace leat {

namespace core {

/// The two halves of a product, folded: mixes 64 bits well in a few cycles (the step of wyhash).
constexpr std::uint64_t fold_product(std::uint64_t a, std::uint64_t b) {
  __extension__ using wide = unsigned __int128;
  const wide product = static_cast<wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline constexpr std::uint64_t hash_k0 = 0xa0761d6478bd642f, hash_k1 = 0xe7037ed1a0b428db;

/// Two hashes as one that depends on their order.
constexpr std::uint64_t hash_both(std::uint64_t a, std::uint64_t b) { return fold_product(a ^ hash_k0, b ^ hash_k1) + a; }

template <class Word>
std::uint64_t load(const char* at) {
  Word w;
  std::memcpy(&w, at, sizeof w);
  return w;
}

/// Hashes bytes in steps of 16 (after wyhash).
inline std::uint64_t hash_bytes(const char* at, std::size_t n) {
  std::uint64_t h = n * hash_k1 ^ hash_k0, a = 0, b = 0;
  for (; n > 16; at += 16, n -= 16) h = fold_product(load<std::uint64_t>(at) ^ hash_k1, load<std::uint64_t>(at + 8) ^ h);
  if (n >= 8) {
    a = load<std::uint64_t>(at), b = load<std::uint64_t>(at + n - 8);
  } else if (n >= 4) {
    a = load<std::uint32_t>(at), b = load<std::uint32_t>(at + n - 4);
  } else if (n > 0) {
    a = load<std::uint8_t>(at) << 16 | load<std::uint8_t>(at + n / 2) << 8 | load<std::uint8_t>(at + n - 1);
  }
  return fold_product(a ^ hash_k1, b ^ h);
}

/// A pointer to text: equal texts have different addresses, so it is no key.
template <class T>
concept text_pointer = std::is_pointer_v<T> && (std::same_as<std::remove_cv_t<std::remove_pointer_t<T>>, char> ||
                                                std::same_as<std::remove_cv_t<std::remove_pointer_t<T>>, char8_t> ||
                                                std::same_as<std::remove_cv_t<std::remove_pointer_t<T>>, wchar_t>);

template <class T>
concept std_hashed = !text_pointer<T> && requires(const T& x) {
  { std::hash<T>()(x) } -> std::convertible_to<std::size_t>;
};

}  // namespace core

/// The hash of shuffle keys: std::hash where there is one, and own ones for strings, pairs, tuples, vectors, arrays and
/// optionals. Specialize it (or std::hash) for a key type of your own. Its quality does not matter: it is mixed afterwards. All
/// NaN have one hash, and -0.0 has that of 0.0.
template <class T>
struct hash;

template <core::std_hashed T>
struct hash<T> {
  std::uint64_t operator()(const T& x) const {
    if constexpr (std::floating_point<T>)
      if (x != x) return 0x9e3779b97f4a7c15;
    return std::hash<T>()(x);
  }
};

}  // namespace leat

namespace leat::core {

/// A key of a shuffle: has == and leat::hash.
template <class K>
concept shuffle_key = std::equality_comparable<K> && requires(const K& k) {
  { hash<K>()(k) } -> std::convertible_to<std::uint64_t>;
};

}  // namespace leat::core

namespace leat {

// Of the usual traits alone: others, such as those that ignore case, call texts equal whose bytes differ.
template <>
struct hash<std::string_view> {
  std::uint64_t operator()(std::string_view x) const { return core::hash_bytes(x.data(), x.size()); }
};
template <class A>
struct hash<std::basic_string<char, std::char_traits<char>, A>> {
  std::uint64_t operator()(const std::basic_string<char, std::char_traits<char>, A>& x) const {
    return core::hash_bytes(x.data(), x.size());
  }
};

template <core::shuffle_key A, core::shuffle_key B>
struct hash<std::pair<A, B>> {
  std::uint64_t operator()(const std::pair<A, B>& x) const { return core::hash_both(hash<A>()(x.first), hash<B>()(x.second)); }
};
template <core::shuffle_key... Ts>
struct hash<std::tuple<Ts...>> {
  std::uint64_t operator()(const std::tuple<Ts...>& x) const {
    std::uint64_t h = sizeof...(Ts);
    std::apply([&](const Ts&... y) { ((h = core::hash_both(h, hash<Ts>()(y))), ...); }, x);
    return h;
  }
};
template <core::shuffle_key T>
struct hash<std::optional<T>> {
  std::uint64_t operator()(const std::optional<T>& x) const { return x ? core::hash_both(1, hash<T>()(*x)) : core::hash_k0; }
};
template <core::shuffle_key T, class A>
struct hash<std::vector<T, A>> {
  std::uint64_t operator()(const std::vector<T, A>& x) const {
    std::uint64_t h = x.size();
    for (const T& y : x) h = core::hash_both(h, hash<T>()(y));
    return h;
  }
};
template <core::shuffle_key T, std::size_t N>
struct hash<std::array<T, N>> {
  std::uint64_t operator()(const std::array<T, N>& x) const {
    std::uint64_t h = N;
    for (const T& y : x) h = core::hash_both(h, hash<T>()(y));
    return h;
  }
};

namespace core {

/// 32 well-mixed bits: the low ones find the place in a table, the high ones the bucket.
template <class K>
std::uint32_t key_hash(const K& k) {
  return static_cast<std::uint32_t>(fold_product(hash<K>()(k) ^ hash_k0, hash_k1));
}

/// The bucket of `n`, for n < 2^32: equal ranges of hashes.
constexpr std::uint32_t bucket_of(std::uint32_t hash, std::uint64_t n) { return static_cast<std::uint32_t>(hash * n >> 32); }

}  // namespace core

}  // namespace leat

#endif
