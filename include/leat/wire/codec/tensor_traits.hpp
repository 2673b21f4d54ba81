// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_CODEC_TENSOR_TRAITS_HPP
#define LEAT_WIRE_CODEC_TENSOR_TRAITS_HPP

#include <leat/wire/codec/scalars.hpp>
#include <leat/wire/endian.hpp>

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace leat {

/// In `tensor_traits::extents`: each value has an extent of its own there.
inline constexpr std::size_t any_extent = ~std::size_t{0};

/// What makes a type an array of numbers with a shape, which Python sees as an array of numpy. A specialization has
/// - `using element`: an integer of up to 64 bits, bool, float, double, or a float of 16 bits,
/// - `static constexpr std::array<std::size_t, R> extents`: of each dimension, or `any_extent`,
/// - `static std::array<std::size_t, R> shape(const T&)`,
/// - `static const element* data(const T&)`: all elements in row-major order, the last index first; or, where they do not lie
///   so, `static void copy_to(const T&, element*)`,
/// - for results `static T make(const std::array<std::size_t, R>& shape)` and `static element* data(T&)`, or
///   `static void copy_from(T&, const element*)`. Besides these it may have `static T from(shape, const element*)`, which
///   spares zeros that `make` writes first.
template <class T>
struct tensor_traits;

namespace wire {

/// The floats of 16 bits, where the compiler has them.
struct no_such_float {};
#if defined(__FLT16_MAX__)
__extension__ typedef _Float16 float16;
#else
using float16 = no_such_float;
#endif
#if defined(__BFLT16_MAX__) || (defined(__clang__) && __clang_major__ >= 17 && (defined(__SSE2__) || defined(__ARM_NEON)))
__extension__ typedef __bf16 bfloat16;
#else
struct no_other_float {};
using bfloat16 = no_other_float;
#endif

/// What one column of plain numbers can hold.
template <class T>
concept column_number = integer_like<T> || std::same_as<T, bool> || std::same_as<T, float> || std::same_as<T, double>;

template <class T>
concept tensor_element =
    column_number<T> || (std::same_as<T, float16> && sizeof(T) == 2) || (std::same_as<T, bfloat16> && sizeof(T) == 2);

/// As `struct` of Python names it; `E` for bfloat16, as ml_dtypes does.
template <tensor_element T>
constexpr char number_code() {
  if constexpr (std::same_as<T, bool>) return '?';
  if constexpr (std::same_as<T, float>) return 'f';
  if constexpr (std::same_as<T, double>) return 'd';
  if constexpr (std::same_as<T, float16>) return 'e';
  if constexpr (std::same_as<T, bfloat16>) return 'E';
  constexpr char letters[] = {'b', 'h', 'i', 'q', 'B', 'H', 'I', 'Q'};
  return letters[(std::is_signed_v<T> ? 0 : 4) + (sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3)];
}

/// As annotations and numpy name it: `int8`, `float32`, `bool`.
template <tensor_element T>
std::string number_name() {
  if constexpr (std::same_as<T, bool>) return "bool";
  if constexpr (std::same_as<T, bfloat16>) return "bfloat16";
  if constexpr (integer_like<T>)
    return (std::is_signed_v<T> ? "int" : "uint") + std::to_string(8 * sizeof(T));
  else
    return "float" + std::to_string(8 * sizeof(T));
}

/// As numpy's dtypes name it, little-endian: `<f4`, `|u1`.
template <tensor_element T>
std::string numpy_type() {
  if constexpr (std::same_as<T, bfloat16>) return "bfloat16";
  constexpr char kind = std::same_as<T, bool> ? 'b' : !integer_like<T> ? 'f' : std::is_signed_v<T> ? 'i' : 'u';
  return std::string(sizeof(T) == 1 ? "|" : "<") + kind + std::to_string(sizeof(T));
}

/// What arrays and vectors hold to be tensors: numbers, or arrays of them.
template <class T>
struct tensor_item;
template <tensor_element T>
struct tensor_item<T> {
  using element = T;
  static constexpr std::array<std::size_t, 0> extents{};
};

template <class T>
concept in_tensors =
    requires { typename tensor_item<T>::element; } && sizeof(T) % sizeof(typename tensor_item<T>::element) == 0;

/// The extents of `T`s, `first` of them.
template <class T>
constexpr auto extents_with(std::size_t first) {
  constexpr auto inner = tensor_item<T>::extents;
  std::array<std::size_t, inner.size() + 1> all{first};
  for (std::size_t i = 0; i != inner.size(); ++i) all[i + 1] = inner[i];
  return all;
}
template <in_tensors T, std::size_t N>
  requires(N != 0)
struct tensor_item<std::array<T, N>> {
  using element = typename tensor_item<T>::element;
  static constexpr auto extents = extents_with<T>(N);
};

/// Of standard containers: without numpy lists and tuples as everywhere.
template <class C, class T>
struct container_tensor {
  using element = typename tensor_item<T>::element;
  static constexpr bool listed = true;

  static const element* data(const C& x) { return reinterpret_cast<const element*>(x.data()); }
  static element* data(C& x) { return reinterpret_cast<element*>(x.data()); }
};

}  // namespace wire

template <wire::in_tensors T, std::size_t N>
  requires(N != 0)
struct tensor_traits<std::array<T, N>> : wire::container_tensor<std::array<T, N>, T> {
  static constexpr auto extents = wire::extents_with<T>(N);

  static auto shape(const std::array<T, N>&) { return extents; }
  static std::array<T, N> make(const std::array<std::size_t, extents.size()>&) { return {}; }
  static std::array<T, N> from(const std::array<std::size_t, extents.size()>&, const void* first) {
    std::array<T, N> x;
    std::memcpy(x.data(), first, sizeof x);
    return x;
  }
};

template <wire::in_tensors T, class A>
  requires(!std::same_as<T, bool>)
struct tensor_traits<std::vector<T, A>> : wire::container_tensor<std::vector<T, A>, T> {
  static constexpr auto extents = wire::extents_with<T>(any_extent);

  static auto shape(const std::vector<T, A>& x) { return wire::extents_with<T>(x.size()); }
  static std::vector<T, A> make(const std::array<std::size_t, extents.size()>& shape) { return std::vector<T, A>(shape[0]); }
  static std::vector<T, A> from(const std::array<std::size_t, extents.size()>& shape, const void* first) {
    const auto* const begin = static_cast<const T*>(first);
    return std::vector<T, A>(begin, begin + shape[0]);
  }
};

namespace wire {

/// Whether values of this type are arrays of numbers.
template <class T>
concept tensor_like = requires(const T& x) {
  requires tensor_element<typename tensor_traits<T>::element>;
  { tensor_traits<T>::shape(x) } -> std::convertible_to<std::remove_cvref_t<decltype(tensor_traits<T>::extents)>>;
};
/// Whether they can be made of what Python returns.
template <class T>
concept tensor_result = tensor_like<T> && requires {
  { tensor_traits<T>::make(tensor_traits<T>::extents) } -> std::convertible_to<T>;
};
/// Whether Python sees them as lists and tuples unless arrays are asked for.
template <class T>
constexpr bool is_listed() {
  return requires { requires tensor_traits<T>::listed; };
}

/// How many dimensions have another extent in each value.
template <tensor_like T>
constexpr std::size_t free_extents() {
  std::size_t n = 0;
  for (const std::size_t e : tensor_traits<T>::extents) n += e == any_extent;
  return n;
}
/// Elements that the other dimensions have together.
template <tensor_like T>
constexpr std::size_t fixed_size() {
  std::size_t n = 1;
  for (const std::size_t e : tensor_traits<T>::extents) n *= e == any_extent ? 1 : e;
  return n;
}

/// `float32[224, 224, 3]`, `int64[:]`; `ndarray[int64, :]` for what is an array for every function.
template <tensor_like T>
std::string tensor_name() {
  std::string text = number_name<typename tensor_traits<T>::element>();
  text = is_listed<T>() ? text + "[" : "ndarray[" + text;
  bool next = !is_listed<T>();
  for (const std::size_t e : tensor_traits<T>::extents) {
    if (next) text += ", ";
    text += e == any_extent ? ":" : std::to_string(e);
    next = true;
  }
  return text + "]";
}

[[noreturn]] LEAT_DECL void refuse_shape(const std::string& type, std::span<const std::size_t> shape);

/// Calls `f(const element*, count)` with the elements in row-major order. Throws usage_error where a trait gives a shape that
/// has not the extents it promises.
template <tensor_like T, class F>
void with_elements(const T& x, F f) {
  using traits = tensor_traits<T>;
  const std::array<std::size_t, traits::extents.size()> shape = traits::shape(x);
  std::size_t n = 1;
  for (std::size_t i = 0; i != traits::extents.size(); ++i) {
    if (traits::extents[i] != any_extent && traits::extents[i] != shape[i]) [[unlikely]]
      refuse_shape(tensor_name<T>(), shape);
    n *= shape[i];
  }
  if constexpr (requires { traits::data(x); }) {
    f(static_cast<const typename traits::element*>(traits::data(x)), n);
  } else {
    const auto copied = std::make_unique<typename traits::element[]>(n);
    traits::copy_to(x, copied.get());
    f(static_cast<const typename traits::element*>(copied.get()), n);
  }
}

/// Throws protocol_error for a byte that is neither 0 nor 1.
LEAT_DECL void check_truths(std::string_view raw);

/// Elements of a tensor of this shape; throws usage_error where memory could not hold them.
LEAT_DECL std::size_t size_of_shape(std::span<const std::size_t> shape, std::size_t element);
[[noreturn]] LEAT_DECL void refuse_elements(std::span<const std::size_t> shape, std::size_t given);

/// The extents that a value tells, in the place of those that are `any_extent`; false: they are not those of `count` elements
/// and of the known extents.
LEAT_DECL bool shape_told(const value& told, std::size_t count, std::span<std::size_t> shape);

/// Makes a tensor of its elements' bytes, little-endian; throws protocol_error for a bool that is neither 0 nor 1.
template <tensor_result T>
T tensor_of(const std::array<std::size_t, tensor_traits<T>::extents.size()>& shape, std::string_view raw) {
  using traits = tensor_traits<T>;
  using element = typename traits::element;
  if constexpr (std::endian::native == std::endian::little && !std::same_as<element, bool> &&
                requires(const element* first) { traits::from(shape, first); })
    if (reinterpret_cast<std::uintptr_t>(raw.data()) % alignof(element) == 0)
      return traits::from(shape, reinterpret_cast<const element*>(raw.data()));
  T x = traits::make(shape);
  const auto take = [raw](element* to) {
    copy_little<sizeof(element)>(reinterpret_cast<char*>(to), raw.data(), raw.size());
    if constexpr (std::same_as<element, bool>) check_truths({reinterpret_cast<const char*>(to), raw.size()});
  };
  if constexpr (requires { traits::copy_from(x, static_cast<const element*>(nullptr)); }) {
    const auto copied = std::make_unique<element[]>(raw.size() / sizeof(element));
    take(copied.get());
    traits::copy_from(x, copied.get());
  } else {
    take(traits::data(x));
  }
  return x;
}

}  // namespace wire

}  // namespace leat

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/wire/codec/impl/tensor_traits.ipp>
#endif

#endif
