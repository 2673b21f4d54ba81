// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_CODEC_IMPL_TENSOR_TRAITS_IPP
#define LEAT_WIRE_CODEC_IMPL_TENSOR_TRAITS_IPP

#include <leat/core/error.hpp>
#include <leat/wire/codec/tensor_traits.hpp>

namespace leat::wire {

LEAT_DECL void check_truths(std::string_view raw) {
  for (const char c : raw)
    if (const auto byte = static_cast<unsigned char>(c); byte > 1)
      throw protocol_error("a bool is neither 0 nor 1 but " + std::to_string(byte));
}

inline std::string text_of_shape(std::span<const std::size_t> shape) {
  std::string text;
  for (const std::size_t e : shape) text += (text.empty() ? "" : " x ") + std::to_string(e);
  return text;
}

LEAT_DECL std::size_t size_of_shape(std::span<const std::size_t> shape, std::size_t element) {
  std::size_t n = 1, bytes = 0;
  bool none = false, large = false;
  for (const std::size_t e : shape) {
    none = none || e == 0;
    large = __builtin_mul_overflow(n, e, &n) || large;
  }
  if (none) return 0;
  if (large || __builtin_mul_overflow(n, element, &bytes) || bytes > PTRDIFF_MAX)
    throw usage_error("a tensor of " + text_of_shape(shape) + " elements is larger than memory can be");
  return n;
}

[[noreturn]] LEAT_DECL void refuse_elements(std::span<const std::size_t> shape, std::size_t given) {
  throw usage_error("a tensor of " + text_of_shape(shape) + " elements was given " + std::to_string(given));
}

[[noreturn]] LEAT_DECL void refuse_shape(const std::string& type, std::span<const std::size_t> shape) {
  throw usage_error("the tensor_traits of what is " + type + " to Python give one of " + text_of_shape(shape) + " elements");
}

LEAT_DECL bool shape_told(const value& told, std::size_t count, std::span<std::size_t> shape) {
  if (told.items.size() != shape.size()) return false;
  std::uint64_t held = 1;
  for (std::size_t i = 0; i != shape.size(); ++i) {
    const value& e = *told.items[i];
    if (e.kind != value_kind::integer || e.integer < 0) return false;
    const auto extent = static_cast<std::uint64_t>(e.integer);
    if (shape[i] != any_extent && shape[i] != extent) return false;
    shape[i] = static_cast<std::size_t>(extent);
    if (__builtin_mul_overflow(held, extent, &held)) held = any_extent;
  }
  return held == count;
}

}  // namespace leat::wire

#endif
