// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_FIELDS_HPP
#define LEAT_WIRE_FIELDS_HPP

#include <leat/core/config.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace leat {

namespace wire {

template <std::size_t N>
struct fixed_text {
  char text[N]{};
  consteval explicit(false) fixed_text(const char (&given)[N]) {
    for (std::size_t i = 0; i != N; ++i) text[i] = given[i];
  }
  constexpr std::string_view view() const { return {text, N - 1}; }
};

}  // namespace wire

/// How a struct crosses, said by `using leat_as = ...;` beside LEAT_FIELDS: as a dict (the default), as a tuple, or as an
/// instance of a Python class, called with the fields by name: a dataclass, a named tuple or what else takes them.
struct as_dict {};
struct as_tuple {};
/// As a dict, of which only the keys that are fields are looked at when it comes back.
struct ignore_unknown {};
template <wire::fixed_text Class>
struct as_instance {
  static constexpr std::string_view name = Class.view();
  static constexpr std::size_t colon = name.find(':');
  static_assert(colon != name.npos && colon != 0 && colon + 1 != name.size() && name.rfind(':') == colon,
                "leat: as_instance names a Python class by its module, a colon and its name; write module:Class; "
                "docs/errors.md#as-instance");
};

/// The fields of a type that cannot be edited, by pointers to its members; the names are theirs:
/// `template <> inline constexpr auto leat::fields_of<vendor::point> = leat::fields<&vendor::point::x, &vendor::point::y>{};`
/// `leat::fields<...>{}.as<leat::as_tuple>()` crosses in another form.
template <auto... Member>
struct fields {
  template <class Form>
  struct in_form {
    using form = Form;
    using list = fields;
  };
  using form = leat::as_dict;
  using list = fields;

  template <class Form>
  constexpr in_form<Form> as() const {
    return {};
  }
};
template <class T>
inline constexpr auto fields_of = nullptr;

namespace wire {

/// The name of the member that `Member` points to, as the compilers print it.
template <auto Member>
constexpr std::string_view member_name() {
  constexpr std::string_view text = __PRETTY_FUNCTION__;
  constexpr std::size_t from = text.rfind("Member = "), end = text.find_first_of(";]", from);
  constexpr std::string_view whole = text.substr(from, end - from);
  return whole.substr(whole.rfind("::") + 2);
}

template <class T>
concept fields_outside = !std::is_null_pointer_v<std::remove_cv_t<decltype(fields_of<T>)>>;

template <class Form>
concept dict_form = std::is_same_v<Form, as_dict> || std::is_same_v<Form, ignore_unknown>;

/// Declared in this very class: one derived from it has fields of its own, which would be lost.
template <class T>
concept fields_inside = std::is_class_v<T> && std::is_same_v<decltype(&T::leat_declared_here), void (T::*)() const>;

template <class T>
concept has_fields = fields_outside<T> || fields_inside<T>;

template <class T, class List>
struct outside;
template <class T, auto... Member>
struct outside<T, fields<Member...>> {
  static constexpr auto members(T& x) { return std::tie(x.*Member...); }
  static constexpr auto members(const T& x) { return std::tie(x.*Member...); }
  static constexpr std::array<std::string_view, sizeof...(Member)> names{member_name<Member>()...};
};

/// The parts of a text between its commas, without the spaces around them.
template <std::size_t N>
constexpr std::array<std::string_view, N> split_names(std::string_view text) {
  std::array<std::string_view, N> names{};
  for (auto& name : names) {
    const std::size_t comma = text.find(','), from = text.find_first_not_of(' ');
    name = text.substr(from, (comma == text.npos ? text.size() : comma) - from);
    while (name.ends_with(' ')) name.remove_suffix(1);
    text.remove_prefix(comma == text.npos ? text.size() : comma + 1);
  }
  return names;
}

template <class T>
struct inside {
  static constexpr auto members(T& x) { return x.leat_members(); }
  static constexpr auto members(const T& x) { return x.leat_members(); }
  static constexpr auto names = split_names<std::tuple_size_v<decltype(std::declval<T&>().leat_members())>>(T::leat_names());
};

/// The fields of a struct: `members(x)` ties them, `names` has their names, `form` says how it crosses.
template <class T>
struct field_list : inside<T> {
  static constexpr auto find_form() {
    if constexpr (requires { typename T::leat_as; }) {
      return std::type_identity<typename T::leat_as>{};
    } else {
      return std::type_identity<leat::as_dict>{};
    }
  }
  using form = typename decltype(find_form())::type;
};
template <fields_outside T>
struct field_list<T> : outside<T, typename decltype(fields_of<T>)::list> {
  using form = typename decltype(fields_of<T>)::form;
};

/// Whether a value of type `T` may hold one of the struct `S`, also within other structs; `Outer` are those it stands in.
template <class S, class T, class... Outer>
inline constexpr bool may_hold = false;
template <class S, class Tuple, class... Outer>
inline constexpr bool one_may_hold = false;
template <class S, class... T, class... Outer>
inline constexpr bool one_may_hold<S, std::tuple<T...>, Outer...> =
    (false || ... || may_hold<S, std::remove_cvref_t<T>, Outer...>);
template <class S, template <class...> class C, class... T, class... Outer>
  requires(!has_fields<C<T...>>)
inline constexpr bool may_hold<S, C<T...>, Outer...> = one_may_hold<S, std::tuple<T...>, Outer...>;
template <class S, class T, std::size_t N, class... Outer>
inline constexpr bool may_hold<S, std::array<T, N>, Outer...> = may_hold<S, std::remove_cv_t<T>, Outer...>;
template <class T>
using fields_tuple = decltype(field_list<T>::members(std::declval<T&>()));
template <class S, has_fields T, class... Outer>
inline constexpr bool may_hold<S, T, Outer...> = std::is_same_v<S, T> || [] {
  if constexpr ((false || ... || std::is_same_v<T, Outer>))
    return false;
  else
    return one_may_hold<S, fields_tuple<T>, Outer..., T>;
}();

/// Such a struct would have an endless annotation.
template <has_fields T>
inline constexpr bool holds_itself = one_may_hold<T, fields_tuple<T>>;

}  // namespace wire

}  // namespace leat

#endif
