// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_KIT_MAP_KEY_HPP
#define LEAT_KIT_MAP_KEY_HPP

#include <leat/core/error.hpp>
#include <leat/core/stage.hpp>
#include <leat/kit/nan.hpp>

namespace leat::core {

// Told without instantiating the map, whose own errors would come first: what its comparison or hash needs of a key.
template <class K, class Part>
inline constexpr bool key_part = true;
template <class K>
inline constexpr bool key_part<K, std::less<K>> = requires(const K& a) {
  { a < a } -> std::convertible_to<bool>;
};
template <class K>
inline constexpr bool key_part<K, std::equal_to<K>> = std::equality_comparable<K>;
template <class K>
inline constexpr bool key_part<K, std::hash<K>> = requires(const K& a) {
  { std::hash<K>()(a) } -> std::convertible_to<std::size_t>;
};

template <class Map>
inline constexpr bool key_fits = true;
template <template <class...> class M, class K, class V, class... Parts>
inline constexpr bool key_fits<M<K, V, Parts...>> = (key_part<K, Parts> && ...);

/// Whether a map of template M can have keys of type K.
template <template <class...> class M, class K>
consteval bool accepts_key() {
  constexpr bool fits = key_fits<M<K, int>>;
  static_assert(
      fits,
      "leat: the keys of a std::map need <, those of a std::unordered_map need == and std::hash; choose another key or "
      "map; docs/errors.md#map-key");
  return fits;
}

template <class C>
concept ordered_keys = requires { typename C::key_compare; };
template <class C>
concept hashed_keys = requires(const C& c) { c.key_eq(); };
template <class Equal, class K>
inline constexpr bool plain_equal = std::same_as<Equal, std::equal_to<K>> || std::same_as<Equal, std::equal_to<>>;

/// Whether a container C could lose keys K: by its order NaN equals every key, by `==` none. One whose comparison is not that
/// of the keys is trusted.
template <class C, class K>
consteval bool may_lose_key() {
  if constexpr (ordered_keys<C>)
    return may_be_nan<K> && plain_order<typename C::key_compare>;
  else if constexpr (hashed_keys<C>)
    return !(plain_equal<typename C::key_equal, K> && std::three_way_comparable<K, std::weak_ordering>);
  else
    return false;
}

/// Throws `usage_error` where the container could not find the key again. Yields the key.
template <class K, class C>
constexpr K&& findable(const char* name, const C& c, K&& key) {
  using kept = value_t<K>;
  if constexpr (may_lose_key<C, kept>()) {
    bool lost = false;
    if constexpr (ordered_keys<C>)
      lost = is_nan(key);
    else
      lost = !c.key_eq()(key, key);
    if (lost)
      throw usage_error(std::string(name) +
                        ": a key is NaN, or holds one, so that it could not be found again; filter such elements out first, or "
                        "take a container whose comparison orders them");
  }
  return std::forward<K>(key);
}

/// Moves the entries of `from` into `to`; where a key is there already, `both(kept, arrived)` settles the values.
template <class Map, class F>
constexpr void merge_maps(Map& to, Map&& from, F both) {
  for (auto it = from.begin(); it != from.end();) {
    auto put = to.insert(from.extract(it++));
    if (!put.inserted) both(put.position->second, std::move(put.node.mapped()));
  }
}

}  // namespace leat::core

#endif
