// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_FUNCTION_BROADCAST_HPP
#define LEAT_PYTHON_FUNCTION_BROADCAST_HPP

#include <leat/python/shared/shared_value.hpp>
#include <leat/wire/lacking.hpp>
#include <leat/wire/pickle.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

namespace leat {

namespace python_detail {

template <class T>
concept array_item = std::same_as<T, bool> || std::same_as<T, std::byte> || wire::integer_like<T> || std::same_as<T, float> ||
                     std::same_as<T, double>;

/// The character of Python's `struct` for a number.
template <array_item T>
constexpr char array_code() {
  if (std::same_as<T, bool>) return '?';
  if (std::same_as<T, std::byte>) return 'B';
  if (std::same_as<T, float>) return 'f';
  if (std::same_as<T, double>) return 'd';
  constexpr std::size_t power = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
  return (std::is_signed_v<T> ? "bhiq" : "BHIQ")[power];
}

}  // namespace python_detail

/// A value that all workers share: kept once in memory, sent to each worker once, given to functions by `.bind(name, value)`.
/// A span of numbers or bytes becomes an array of numpy over that memory (a memoryview where there is no numpy); anything else
/// is unpickled once per worker. Copies are the same broadcast. Throws output_error where there is no memory for it.
class broadcast {
 public:
  template <class T>
  explicit broadcast(const T& value) : content_(std::make_shared<python_detail::shared_value_ref>(made(value))) {}

  /// Frees the memory when the sessions that use it have ended. Functions that it is bound to then throw usage_error.
  void destroy() const { content_->destroy(); }
  /// Bytes of memory that it takes. Throws usage_error once it has been destroyed.
  std::size_t size() const { return content_->get()->size(); }

  const std::shared_ptr<python_detail::shared_value_ref>& content() const noexcept { return content_; }

 private:
  template <class T>
  static python_detail::shared_value_ptr made(const T& value) {
    constexpr bool encodable = pickle::encodable<T>;
    static_assert(encodable || wire::lacks_fields<T, encodable>(),
                  "leat: this value cannot be sent to Python; see the types in docs/types.md; docs/errors.md#python-encode");
    if constexpr (encodable)
      return std::make_shared<python_detail::shared_value>("pickle", pickle::dumps(value), true);
    else
      return nullptr;
  }
  template <class T, std::size_t N>
    requires python_detail::array_item<std::remove_cv_t<T>>
  static python_detail::shared_value_ptr made(std::span<T, N> value) {
    const auto raw = std::as_bytes(value);
    return std::make_shared<python_detail::shared_value>(
        std::string("array ") + python_detail::array_code<std::remove_cv_t<T>>(),
        std::string_view(reinterpret_cast<const char*>(raw.data()), raw.size()), true);
  }

  std::shared_ptr<python_detail::shared_value_ref> content_;
};

}  // namespace leat

#endif
