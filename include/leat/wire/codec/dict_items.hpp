// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_CODEC_DICT_ITEMS_HPP
#define LEAT_WIRE_CODEC_DICT_ITEMS_HPP

#include <leat/wire/codec/containers.hpp>

#include <algorithm>
#include <compare>
#include <concepts>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace leat {

/// A `dict` as the vector of its pairs, which keeps their order.
template <class K, class V>
struct dict_items : std::vector<std::pair<K, V>> {
  using std::vector<std::pair<K, V>>::vector;
};

/// Encoding throws `conversion_error` where a key stands twice: a dict would lose the first one's value.
template <class K, class V>
struct wire_codec<dict_items<K, V>> {
  using items = dict_items<K, V>;
  static constexpr bool encodable = wire::is_encodable<K>() && wire::is_encodable<V>() && wire::is_hashable<K>(),
                        decodable = wire::is_decodable<K>() && wire::is_decodable<V>() && wire::is_hashable<K>(),
                        hashable = false;
  static constexpr std::size_t tokens = wire::unbounded;
  static constexpr wire::value_kind kind = wire::value_kind::dict;

  static std::string name() { return "dict[" + wire::name_of_hashed<K>() + ", " + wire::name_of<V>() + "]"; }
  static wire::fit takes(const wire::value& v) { return v.kind == kind ? wire::fit::same : wire::fit::no; }
  template <class Out>
  static void encode(Out& out, const items& x) {
    if constexpr (wire::is_distinct<K>()) {
      if (repeats(x)) throw conversion_error("different keys in a " + name(), "leat::dict_items that repeats one", "");
    } else {
      wire::check_keys<K>(x, "keys", [](const auto& e) -> const K& { return e.first; }, &name);
    }
    out.begin_dict(x.size());
    for (const auto& [k, m] : x) {
      out.key();
      wire::encode_hashed(out, k);
      wire_codec<V>::encode(out, m);
    }
    out.end_dict(x.size());
  }
  template <class In>
  static bool decode(In& in, items& x) {
    x.clear();
    const bool read = in.dict(
        [&] {
          auto& [k, m] = x.emplace_back();
          return wire::decode_hashed(in, k) && wire_codec<V>::decode(in, m);
        },
        [&] { x.clear(); });
    return read && !repeats(x);
  }
  static bool convert(wire::converter& c, const wire::value& v, items& x) {
    if (v.kind != kind) return false;
    x.clear();
    x.reserve(v.items.size() / 2);
    for (std::size_t n = 0; n + 1 < v.items.size(); n += 2) {
      auto& [k, m] = x.emplace_back();
      c.entry<items>(*v.items[n], k);
      c.entry<items>(*v.items[n + 1], m, v.items[n]);
    }
    if (!repeats(x)) return true;
    std::size_t without = 1, with = x.size();  // the shortest part with a key that is there twice ends in it
    while (with - without > 1) {
      const std::size_t some = (with + without) / 2;
      (repeats(items(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(some))) ? with : without) = some;
    }
    c.merged(*v.items[2 * (with - 1)], "keys", &name);
  }

 private:
  static bool before(const K& a, const K& b) {
    if constexpr (std::floating_point<K>) {
      return std::is_lt(std::strong_order(a, b));  // NaN too has a place
    } else {
      return a < b;
    }
  }
  /// Whether a key stands twice: one of two would be lost in a dict, or was not told from the other in what has been read.
  static bool repeats(const items& x) {
    if (x.size() < 2) return false;
    if constexpr (std::floating_point<K> || std::three_way_comparable<K, std::weak_ordering>) {
      if (x.size() <= 8) {
        for (std::size_t i = 0; i != x.size(); ++i)
          for (std::size_t j = 0; j != i; ++j)
            if (x[i].first == x[j].first) return true;
        return false;
      }
      std::vector<const K*> all;
      all.reserve(x.size());
      for (const auto& [k, m] : x) all.push_back(&k);
      std::sort(all.begin(), all.end(), [](const K* a, const K* b) { return before(*a, *b); });
      return std::adjacent_find(all.begin(), all.end(), [](const K* a, const K* b) { return *a == *b; }) != all.end();
    } else if constexpr (encodable) {
      return wire::keys_of<K>(x, [](const auto& e) -> const K& { return e.first; }).repeated() != x.size();
    }
    return false;
  }
};

}  // namespace leat

#endif
