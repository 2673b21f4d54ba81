// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_MAP_KEY_HPP
#define LEAT_CORE_MAP_KEY_HPP

#include <leat/core/stage.hpp>

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
