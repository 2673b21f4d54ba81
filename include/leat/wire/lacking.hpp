// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_LACKING_HPP
#define LEAT_WIRE_LACKING_HPP

#include <leat/wire/codec.hpp>
#include <leat/wire/fields.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace leat::wire {

/// A class of the user's that does not say how it crosses.
template <class T>
consteval bool is_unsaid_class() {
  constexpr std::string_view name = __PRETTY_FUNCTION__;
  constexpr bool of_library = name.find("T = std::") != name.npos || name.find("T = leat::") != name.npos;
  return std::is_class_v<T> && !of_library && !has_codec<T>;
}

/// The first class of the user's inside a type that keeps it from crossing; void: there is none.
template <class T>
struct unsaid {
  using type = std::conditional_t<is_unsaid_class<T>(), T, void>;
};
template <class... T>
struct first_unsaid {
  using type = void;
};
template <class T, class... Rest>
struct first_unsaid<T, Rest...> {
  using here = typename unsaid<std::remove_cvref_t<T>>::type;
  using type = typename std::conditional_t<std::is_void_v<here>, first_unsaid<Rest...>, std::type_identity<here>>::type;
};
template <template <class...> class C, class... T>
  requires(!is_unsaid_class<C<T...>>() && !has_fields<C<T...>>)
struct unsaid<C<T...>> : first_unsaid<T...> {};
template <class T, std::size_t N>
struct unsaid<std::array<T, N>> : unsaid<T> {};
template <class T>
  requires has_fields<T>
struct unsaid<T> {
  template <class... M>
  static first_unsaid<M...> in(const std::tuple<M...>&);
  using type = typename decltype(in(field_list<T>::members(std::declval<T&>())))::type;
};
template <has_fields T>
  requires holds_itself<T>
struct unsaid<T> {
  using type = T;
};

template <class Struct>
inline constexpr bool has_LEAT_FIELDS = std::is_void_v<Struct>;

template <class T>
inline constexpr bool endless = false;
template <has_fields T>
inline constexpr bool endless<T> = holds_itself<T>;

/// The sentence that names the struct, in the line above it.
template <class Struct>
consteval bool says_its_fields() {
  if constexpr (endless<Struct>)
    static_assert(!endless<Struct>,
                  "leat: this struct holds itself, in a container or in another struct, so that its type in Python has no end; "
                  "send a tree as a list of nodes that name each other by their places; docs/errors.md#struct-itself");
  else
    static_assert(
        has_LEAT_FIELDS<Struct>,
        "leat: this struct cannot cross to Python, since it does not say which members do; write LEAT_FIELDS(a, b, ...) "
        "with their names inside it; docs/errors.md#struct-fields");
  return has_LEAT_FIELDS<Struct>;
}

/// For a type that does not cross (`Crosses` is false): whether that is so for a struct of the user's, which the sentence
/// names.
template <class T, bool Crosses>
consteval bool lacks_fields() {
  if constexpr (Crosses)
    return false;
  else
    return !says_its_fields<typename unsaid<T>::type>();
}

}  // namespace leat::wire

#endif
