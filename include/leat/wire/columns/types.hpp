// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_COLUMNS_TYPES_HPP
#define LEAT_WIRE_COLUMNS_TYPES_HPP

#include <leat/core/config.hpp>
#include <leat/wire/buffer.hpp>
#include <leat/wire/codec/scalars.hpp>
#include <leat/wire/codec/tensor_traits.hpp>
#include <leat/wire/fields.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace leat::wire {

// ---- the body

/// Where a column may begin, from `at` on: at the next multiple of 64 bytes.
constexpr std::size_t column_place(std::size_t at) { return (at + 63) & ~std::size_t{63}; }
constexpr std::size_t columns_header_size(std::size_t buffers) { return 16 + 24 * buffers; }
LEAT_DECL void pad_columns(buffer& out);

/// The head of a body: what buffers follow, and where.
class columns_header {
 public:
  LEAT_DECL columns_header(std::size_t buffers, std::size_t rows);
  LEAT_DECL void add(char type, std::size_t at, std::size_t length);
  const char* bytes() const { return bytes_.data(); }
  std::size_t size() const { return bytes_.size(); }

 private:
  buffer bytes_;
};

/// The form of a column: the type and the bytes of a row in its buffer and, where rows differ in length, the type of what they
/// hold, which stands in a buffer of its own. The first one then says where each row begins, and has one more.
struct column_form {
  char type = 0, tail = 0;
  std::size_t width = 0, tail_width = 1;  // of a row, and of one of what rows hold

  constexpr bool ragged() const { return tail != 0; }
  constexpr std::size_t bytes(std::size_t rows) const { return width * (rows + (ragged() ? 1 : 0)); }
};

/// One column of a batch that has arrived.
struct column {
  const char* data = nullptr;
  const char* tail = nullptr;
  std::size_t tail_size = 0;
};

/// Finds the columns of the given forms and returns the number of rows; throws protocol_error where the body holds others, or
/// less than it claims.
LEAT_DECL std::size_t read_columns(std::string_view body, std::span<const column_form> forms, column* into);
/// The text of a row; its places were not looked at before.
LEAT_DECL std::string column_text(const column& c, std::size_t row);
LEAT_DECL bool column_truth(char c);
/// The elements of a row of tensors, `unit` bytes each, and its extents in the place of those that are `any_extent`.
LEAT_DECL std::string_view column_cells(const column& c, std::size_t row, std::size_t unit, std::span<std::size_t> shape);

// ---- the types

template <class T>
using bits_of = std::conditional_t<
    sizeof(T) == 1, std::uint8_t,
    std::conditional_t<sizeof(T) == 2, std::uint16_t, std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>>;

/// Tensors that columns can hold: where a fixed extent is none, rows have no bytes, and a free one is not told by the elements.
template <class T>
concept column_tensor = tensor_like<T> && fixed_size<T>() != 0;

template <class T>
inline constexpr bool is_column_leaf = column_number<T> || std::same_as<T, std::string> || column_tensor<T>;

template <class T>
constexpr column_form form_of() {
  if constexpr (std::same_as<T, std::string>) {
    return {'s', 't', 8, 1};
  } else if constexpr (column_number<T>) {
    return {number_code<T>(), 0, sizeof(T)};
  } else {
    using element = typename tensor_traits<T>::element;
    constexpr std::size_t any = free_extents<T>();
    // Where one extent is free, the places tell it.
    if constexpr (any != 0) return {'v', number_code<element>(), 8 * (any == 1 ? 1 : 1 + any), sizeof(element)};
    return {number_code<element>(), 0, sizeof(element) * fixed_size<T>()};
  }
}

/// How a value falls into columns. A leaf is one column; others have `size` and `part<N>`, reached by `get<N>`, and `from`
/// makes one of its parts.
template <class T>
struct column_parts;

template <class T, class Indices>
struct tuple_columns;
template <class T, std::size_t... I>
struct tuple_columns<T, std::index_sequence<I...>> {
  static constexpr std::size_t size = sizeof...(I);
  template <std::size_t N>
  using part = std::tuple_element_t<N, T>;
  template <std::size_t N>
  static const part<N>& get(const T& x) {
    return std::get<N>(x);
  }
  template <class... P>
  static T from(P&&... parts) {
    return T{std::forward<P>(parts)...};
  }
  template <class Name>
  static std::string name(Name part_name) {
    std::string text = "tuple[";
    ((text += (I == 0 ? "" : ", ") + part_name(std::integral_constant<std::size_t, I>{})), ...);
    return text + "]";
  }
};
template <class... T>
struct column_parts<std::tuple<T...>> : tuple_columns<std::tuple<T...>, std::index_sequence_for<T...>> {};
template <class T, class U>
struct column_parts<std::pair<T, U>> : tuple_columns<std::pair<T, U>, std::make_index_sequence<2>> {};
template <class T, std::size_t N>
struct column_parts<std::array<T, N>> : tuple_columns<std::array<T, N>, std::make_index_sequence<N>> {};

/// A value that may be missing: a column of values, and one that says which are there.
template <class T>
  requires(is_column_leaf<T> && (std::default_initializable<T> || tensor_result<T>))
struct column_parts<std::optional<T>> {
  static constexpr std::size_t size = 2;
  template <std::size_t N>
  using part = std::conditional_t<N == 0, T, bool>;
  template <std::size_t N>
  static const part<N>& get(const std::optional<T>& x) {
    static const T none = nothing();
    static constexpr bool truths[] = {false, true};
    if constexpr (N == 0)
      return x ? *x : none;
    else
      return truths[x.has_value()];
  }
  static std::optional<T> from(T&& x, bool there) { return there ? std::optional<T>(std::move(x)) : std::nullopt; }
  template <class Name>
  static std::string name(Name part_name) {
    return part_name(std::integral_constant<std::size_t, 0>{}) + " | None";
  }

 private:
  /// What stands in the place of a missing value. A default one need not have the extents that all have.
  static T nothing() {
    if constexpr (tensor_result<T>) {
      auto shape = tensor_traits<T>::extents;
      for (auto& e : shape) e = e == any_extent ? 0 : e;
      return tensor_traits<T>::make(shape);
    } else {
      return T{};
    }
  }
};

/// A struct that declares its fields.
template <class T, class Indices>
struct struct_columns;
template <class T, std::size_t... I>
struct struct_columns<T, std::index_sequence<I...>> {
  using list = field_list<T>;
  using form = typename list::form;
  static constexpr std::size_t size = sizeof...(I);
  template <std::size_t N>
  using part = std::remove_cvref_t<std::tuple_element_t<N, decltype(list::members(std::declval<T&>()))>>;
  template <std::size_t N>
  static const part<N>& get(const T& x) {
    return std::get<N>(list::members(x));
  }
  template <class... P>
  static T from(P&&... parts) {
    T x{};
    list::members(x) = std::tuple<P&&...>(std::forward<P>(parts)...);
    return x;
  }
  template <class Name>
  static std::string name(Name part_name) {
    constexpr bool dict = dict_form<form>;
    std::string text = dict ? "{" : "tuple[{";
    if constexpr (!dict && !std::is_same_v<form, as_tuple>) text = "instance['" + std::string(form::name) + "', {";
    ((text +=
      (I == 0 ? "'" : ", '") + std::string(list::names[I]) + "': " + part_name(std::integral_constant<std::size_t, I>{})),
     ...);
    if (std::is_same_v<form, ignore_unknown>) text += ", ...: object";
    return text + (dict ? "}" : "}]");
  }
};
template <has_fields T>
  requires std::default_initializable<T>
struct column_parts<T>
    : struct_columns<T, std::make_index_sequence<std::tuple_size_v<decltype(field_list<T>::members(std::declval<T&>()))>>> {};

template <class T>
concept has_column_parts = requires { column_parts<T>::size; };

template <class T>
constexpr std::size_t count_columns();
template <class T, std::size_t... I>
constexpr std::size_t sum_columns(std::index_sequence<I...>) {
  constexpr bool all = (true && ... && (count_columns<typename column_parts<T>::template part<I>>() != 0));
  return all ? (0 + ... + count_columns<typename column_parts<T>::template part<I>>()) : 0;
}
/// 0 where `T` does not fall into columns.
template <class T>
constexpr std::size_t count_columns() {
  if constexpr (is_column_leaf<T>)
    return 1;
  else if constexpr (has_column_parts<T>)
    return sum_columns<T>(std::make_index_sequence<column_parts<T>::size>{});
  else
    return 0;
}
template <class T>
concept has_columns = count_columns<T>() != 0;

/// The columns of a type, nested ones flattened, in order.
template <class T>
struct column_layout {
  static constexpr std::size_t columns = count_columns<T>();

  /// Calls `f(integral_constant<C>, part)` with the value of each column.
  template <class F>
  static void each(const T& x, F&& f) {
    each_of<0>(x, f);
  }
  /// Makes a value of what `f(integral_constant<C>, type_identity<P>)` gives for each column, in order.
  template <class F>
  static T make(F&& f) {
    return make_of<0, T>(f);
  }
  static void check(const T& x) {
    if constexpr (tails != 0)
      each(x, [](auto, const auto& part) {
        if constexpr (std::same_as<std::remove_cvref_t<decltype(part)>, std::string>)
          if (!valid_utf8(part)) [[unlikely]]
            refuse_text(part);
      });
  }
  static std::string name() { return name_of<T>(); }

 private:
  template <class P, std::size_t N>
  static constexpr std::size_t before() {
    std::size_t n = 0;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((n += count_columns<typename column_parts<P>::template part<I>>()), ...);
    }(std::make_index_sequence<N>{});
    return n;
  }
  template <std::size_t First, class P, class F>
  static void each_of(const P& x, F& f) {
    if constexpr (is_column_leaf<P>) {
      f(std::integral_constant<std::size_t, First>{}, x);
    } else {
      using parts = column_parts<P>;
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        (each_of<First + before<P, I>()>(parts::template get<I>(x), f), ...);
      }(std::make_index_sequence<parts::size>{});
    }
  }
  template <std::size_t First, class P, class F>
  static P make_of(F& f) {
    if constexpr (is_column_leaf<P>) {
      return f(std::integral_constant<std::size_t, First>{}, std::type_identity<P>{});
    } else {
      using parts = column_parts<P>;
      return [&]<std::size_t... I>(std::index_sequence<I...>) {
        return parts::from(make_of<First + before<P, I>(), typename parts::template part<I>>(f)...);
      }(std::make_index_sequence<parts::size>{});
    }
  }
  template <class P>
  static std::string name_of() {
    if constexpr (std::same_as<P, std::string>) {
      return "str";
    } else if constexpr (column_number<P>) {
      return number_name<P>();
    } else if constexpr (is_column_leaf<P>) {
      return tensor_name<P>();
    } else {
      return column_parts<P>::name([]<std::size_t I>(std::integral_constant<std::size_t, I>) {
        return name_of<typename column_parts<P>::template part<I>>();
      });
    }
  }
  template <class P, class F>
  static constexpr void each_type(F& f) {
    if constexpr (is_column_leaf<P>)
      f(std::type_identity<P>{});
    else
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        (each_type<typename column_parts<P>::template part<I>>(f), ...);
      }(std::make_index_sequence<column_parts<P>::size>{});
  }
  static constexpr auto all_forms() {
    std::array<column_form, columns> found{};
    std::size_t n = 0;
    auto f = [&]<class P>(std::type_identity<P>) { found[n++] = form_of<P>(); };
    each_type<T>(f);
    return found;
  }
  static constexpr std::size_t tails_before(std::size_t c) {
    std::size_t n = 0;
    for (std::size_t i = 0; i != c; ++i) n += forms[i].ragged();
    return n;
  }
  static constexpr std::size_t sum_widths() {
    std::size_t n = 0;
    for (auto const& f : forms) n += f.width;
    return n;
  }
  template <class P>
  static constexpr bool all_made() {
    if constexpr (is_column_leaf<P>)
      return !column_tensor<P> || tensor_result<P>;
    else
      return []<std::size_t... I>(std::index_sequence<I...>) {
        return (true && ... && all_made<typename column_parts<P>::template part<I>>());
      }(std::make_index_sequence<column_parts<P>::size>{});
  }

 public:
  static constexpr std::array<column_form, columns> forms = all_forms();
  static constexpr std::size_t tails = tails_before(columns), row_size = sum_widths();
  static constexpr std::size_t header_size = columns_header_size(columns + tails);
  /// Which of the ragged columns column `C` is.
  template <std::size_t C>
  static constexpr std::size_t tail_of = tails_before(C);
  /// Whether values can be made of columns, and not only columns of values.
  static constexpr bool readable = all_made<T>();
};

/// Whether values of `T` can be made of columns.
template <class T>
constexpr bool reads_columns() {
  if constexpr (has_columns<T>) return column_layout<T>::readable;
  return false;
}

}  // namespace leat::wire

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/wire/columns/impl/types.ipp>
#endif

#endif
