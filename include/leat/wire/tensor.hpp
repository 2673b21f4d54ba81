// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_TENSOR_HPP
#define LEAT_WIRE_TENSOR_HPP

#include <leat/wire/codec/tensor_traits.hpp>
#include <leat/wire/columns.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#if __has_include(<mdspan>)
#include <mdspan>
#endif

namespace leat {

struct pickle;

/// An array of `Rank` dimensions that owns its elements: contiguous, in row-major order. Python sees it as an array of numpy.
template <wire::tensor_element T, std::size_t Rank = 1>
  requires(Rank >= 1)
class tensor {
 public:
  using value_type = T;
  using shape_type = std::array<std::size_t, Rank>;

  tensor() = default;
  /// Zeros. Throws usage_error for a shape that memory cannot hold.
  explicit tensor(const shape_type& shape)
      : shape_(shape), size_(wire::size_of_shape(shape, sizeof(T))), elements_(new T[size_]()) {}
  /// A copy of these elements, the last index first; throws usage_error where they are not as many as the shape asks for.
  tensor(const shape_type& shape, std::span<const T> elements) : tensor(shape) {
    if (elements.size() != size_) wire::refuse_elements(shape, elements.size());
    std::copy(elements.begin(), elements.end(), begin());
  }
  tensor(const tensor& other) : tensor(other.shape_, other.data()) {}
  tensor(tensor&& other) noexcept
      : shape_(std::exchange(other.shape_, {})), size_(std::exchange(other.size_, 0)), elements_(std::move(other.elements_)) {}
  tensor& operator=(tensor other) noexcept {
    std::swap(shape_, other.shape_);
    std::swap(size_, other.size_);
    std::swap(elements_, other.elements_);
    return *this;
  }
  ~tensor() = default;

  const shape_type& shape() const noexcept { return shape_; }
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  T* data() noexcept { return elements_.get(); }
  const T* data() const noexcept { return elements_.get(); }
  T* begin() noexcept { return data(); }
  T* end() noexcept { return data() + size_; }
  const T* begin() const noexcept { return data(); }
  const T* end() const noexcept { return data() + size_; }

  /// The element at these indices, of which each is less than its extent.
  template <std::convertible_to<std::size_t>... I>
    requires(sizeof...(I) == Rank)
  T& operator()(I... index) noexcept {
    return elements_[place({static_cast<std::size_t>(index)...})];
  }
  template <std::convertible_to<std::size_t>... I>
    requires(sizeof...(I) == Rank)
  const T& operator()(I... index) const noexcept {
    return elements_[place({static_cast<std::size_t>(index)...})];
  }

  friend bool operator==(const tensor& a, const tensor& b) {
    return a.shape_ == b.shape_ && std::equal(a.begin(), a.end(), b.begin());
  }

 private:
  friend tensor_traits<tensor>;

  tensor(const shape_type& shape, const T* first)
      : shape_(shape), size_(wire::size_of_shape(shape, sizeof(T))), elements_(new T[size_]) {
    std::copy_n(first, size_, begin());
  }
  std::size_t place(const shape_type& index) const noexcept {
    std::size_t at = 0;
    for (std::size_t i = 0; i != Rank; ++i) at = at * shape_[i] + index[i];
    return at;
  }

  shape_type shape_{};
  std::size_t size_ = 0;
  std::unique_ptr<T[]> elements_{};
};

/// An array or a vector that every Python function gets as an array of numpy, not as a list: `ndarray<std::vector<float>>`.
template <wire::tensor_like T>
struct ndarray {
  T value{};

  ndarray() = default;
  ndarray(T x) : value(std::move(x)) {}
  /// A copy of these elements.
  template <class U, std::size_t N>
    requires std::constructible_from<T, U*, U*>
  explicit ndarray(std::span<U, N> elements) : value(elements.data(), elements.data() + elements.size()) {}
  operator const T&() const noexcept { return value; }
  T& operator*() noexcept { return value; }
  const T& operator*() const noexcept { return value; }
  T* operator->() noexcept { return &value; }
  const T* operator->() const noexcept { return &value; }
  friend bool operator==(const ndarray&, const ndarray&) = default;
};

template <class T, std::size_t Rank>
struct tensor_traits<tensor<T, Rank>> {
  using element = T;
  static constexpr auto extents = [] {
    std::array<std::size_t, Rank> all{};
    for (auto& e : all) e = any_extent;
    return all;
  }();
  static const auto& shape(const tensor<T, Rank>& x) { return x.shape(); }
  static const T* data(const tensor<T, Rank>& x) { return x.data(); }
  static T* data(tensor<T, Rank>& x) { return x.data(); }
  static tensor<T, Rank> make(const std::array<std::size_t, Rank>& shape) { return tensor<T, Rank>(shape); }
  static tensor<T, Rank> from(const std::array<std::size_t, Rank>& shape, const T* first) {
    return tensor<T, Rank>(shape, first);
  }
};

/// Elements that others own; only to Python. What may outlive its arguments, as a call does, keeps a copy.
template <class T, std::size_t N>
  requires wire::tensor_element<std::remove_const_t<T>>
struct tensor_traits<std::span<T, N>> {
  using element = std::remove_const_t<T>;
  static constexpr std::array<std::size_t, 1> extents{N == std::dynamic_extent ? any_extent : N};
  using owner = ndarray<std::vector<element>>;
  static std::array<std::size_t, 1> shape(const std::span<T, N>& x) { return {x.size()}; }
  static const element* data(const std::span<T, N>& x) { return x.data(); }
};

#if defined(__cpp_lib_mdspan)
template <class T, class Extents>
  requires wire::tensor_element<std::remove_const_t<T>>
struct tensor_traits<std::mdspan<T, Extents>> {
  using element = std::remove_const_t<T>;
  static constexpr auto extents = [] {
    std::array<std::size_t, Extents::rank()> all{};
    for (std::size_t i = 0; i != all.size(); ++i)
      all[i] = Extents::static_extent(i) == std::dynamic_extent ? any_extent : Extents::static_extent(i);
    return all;
  }();
  static auto shape(const std::mdspan<T, Extents>& x) {
    std::array<std::size_t, Extents::rank()> all{};
    for (std::size_t i = 0; i != all.size(); ++i) all[i] = static_cast<std::size_t>(x.extent(i));
    return all;
  }
  static const element* data(const std::mdspan<T, Extents>& x) { return x.data_handle(); }
};
#endif

template <class T>
struct tensor_traits<ndarray<T>> {
  using traits = tensor_traits<T>;
  using element = typename traits::element;
  static constexpr auto extents = traits::extents;
  static auto shape(const ndarray<T>& x) { return traits::shape(x.value); }
  static const element* data(const ndarray<T>& x)
    requires requires { traits::data(x.value); }
  {
    return traits::data(x.value);
  }
  static void copy_to(const ndarray<T>& x, element* to)
    requires requires { traits::copy_to(x.value, to); }
  {
    traits::copy_to(x.value, to);
  }
  static ndarray<T> from(const std::array<std::size_t, extents.size()>& shape, const element* first)
    requires requires { traits::from(shape, first); }
  {
    return traits::from(shape, first);
  }
  static ndarray<T> make(const std::array<std::size_t, extents.size()>& shape)
    requires wire::tensor_result<T>
  {
    return traits::make(shape);
  }
  static element* data(ndarray<T>& x)
    requires requires(element* to) { to = traits::data(x.value); }
  {
    return traits::data(x.value);
  }
  static void copy_from(ndarray<T>& x, const element* from)
    requires requires { traits::copy_from(x.value, from); }
  {
    traits::copy_from(x.value, from);
  }
};

namespace wire {

/// What columns can carry travels as columns, all else on `Wire`.
template <class Wire>
struct arrays_on {
  static constexpr std::string_view name = Wire::name;

  template <class T>
  static constexpr bool encodable = columns::encodable<T> || Wire::template encodable<T>;
  template <class T>
  static constexpr bool decodable = columns::encodable<T> ? columns::decodable<T> : Wire::template decodable<T>;
};
template <class Wire>
struct arrays_on<arrays_on<Wire>> : arrays_on<Wire> {};

template <class Wire, class T>
struct carrier<arrays_on<Wire>, T> {
  using type = std::conditional_t<columns::encodable<T>, columns, Wire>;
};
/// Whole arrays are views of the memory that they arrive in, where a pickle would hold each as bytes of its own.
template <tensor_like T>
  requires(!is_listed<T>() && columns::encodable<T>)
struct carrier<pickle, T> {
  using type = columns;
};

}  // namespace wire

/// A tensor in pickles and in msgpack: to Python an array, from there its bytes and its shape.
template <wire::tensor_like T>
  requires(!wire::is_listed<T>())
struct wire_codec<T> {
  using traits = tensor_traits<T>;
  using element = typename traits::element;
  static constexpr std::size_t rank = traits::extents.size();
  static constexpr bool encodable = true, decodable = wire::tensor_result<T>, hashable = false;
  static constexpr std::size_t tokens = wire::unbounded;
  static constexpr wire::value_kind kind = wire::value_kind::tuple;

  static std::string name() { return wire::tensor_name<T>(); }
  static wire::fit takes(const wire::value& v) {
    return v.items.size() == 2 && v.items[0]->kind == wire::value_kind::bytes ? wire::fit::same : wire::fit::no;
  }
  template <class Out>
  static void encode(Out& out, const T& x) {
    const std::array<std::size_t, rank> shape = traits::shape(x);
    wire::with_elements(x, [&](const element* from, std::size_t n) {
      const char* raw = reinterpret_cast<const char*>(from);
      std::unique_ptr<char[]> swapped;
      if constexpr (std::endian::native != std::endian::little && sizeof(element) > 1) {
        swapped.reset(new char[n * sizeof(element)]);
        wire::copy_little<sizeof(element)>(swapped.get(), raw, n * sizeof(element));
        raw = swapped.get();
      }
      out.array(wire::number_code<element>(), wire::numpy_type<element>(), shape, {raw, n * sizeof(element)});
    });
  }
  template <class In>
  static bool decode(In&, T&) {
    return false;
  }
  static bool convert(wire::converter&, const wire::value& v, T& x) {
    auto shape = traits::extents;
    if (!takes_shape(v, shape)) return false;
    x = wire::tensor_of<T>(shape, v.items[0]->text);
    return true;
  }

 private:
  static bool takes_shape(const wire::value& v, std::array<std::size_t, rank>& shape) {
    return takes(v) == wire::fit::same && wire::shape_told(*v.items[1], v.items[0]->text.size() / sizeof(element), shape) &&
           v.items[0]->text.size() % sizeof(element) == 0;
  }
};

}  // namespace leat

#endif
