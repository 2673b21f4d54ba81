// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SHUFFLE_KEYS_HPP
#define LEAT_SHUFFLE_KEYS_HPP

#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

// The one rule for the keys of shuffles: NaN equals NaN, and -0.0 equals 0.0, also in pairs, tuples, arrays, vectors and
// optionals. All other types have their own ==.
namespace leat::core {

template <class K>
inline constexpr bool has_floats = std::floating_point<K>;
template <class A, class B>
inline constexpr bool has_floats<std::pair<A, B>> = has_floats<std::remove_cv_t<A>> || has_floats<std::remove_cv_t<B>>;
template <class... Ts>
inline constexpr bool has_floats<std::tuple<Ts...>> = (has_floats<std::remove_cv_t<Ts>> || ...);
template <class T, std::size_t N>
inline constexpr bool has_floats<std::array<T, N>> = has_floats<T>;
template <class T, class A>
inline constexpr bool has_floats<std::vector<T, A>> = has_floats<T>;
template <class T>
inline constexpr bool has_floats<std::optional<T>> = has_floats<T>;

template <class K>
concept key_of_parts = requires { std::tuple_size<K>::value; };
template <class K>
concept key_of_many = requires(const K& k) {
  k.begin();
  k.size();
};

template <class K>
bool same_key(const K& a, const K& b) {
  if constexpr (!has_floats<K>) {
    return a == b;
  } else if constexpr (std::floating_point<K>) {
    return a == b || (a != a && b != b);
  } else if constexpr (key_of_many<K>) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
      if (!same_key(a[i], b[i])) return false;
    return true;
  } else if constexpr (key_of_parts<K>) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return (same_key(std::get<I>(a), std::get<I>(b)) && ...);
    }(std::make_index_sequence<std::tuple_size_v<K>>());
  } else {
    return a.has_value() == b.has_value() && (!a || same_key(*a, *b));
  }
}

}  // namespace leat::core

#endif
