// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_IMPL_DICT_WRITER_IPP
#define LEAT_PYTHON_IMPL_DICT_WRITER_IPP

#include <leat/wire/buffer.hpp>
#include <leat/wire/pickle.hpp>

#include <string>
#include <string_view>

namespace leat::python_detail {

/// Writes a pickle of a dict whose values have different types.
class dict_writer {
 public:
  explicit dict_writer(wire::buffer& to) : to_(to) { raw("}("); }

  template <class T>
  dict_writer& add(const char* key, const T& value) {
    put(std::string(key));
    put(value);
    return *this;
  }
  /// The key alone; the value is for the caller to write.
  void key(const char* name) { put(std::string(name)); }
  void close() { raw("u"); }

 private:
  template <class T>
  void put(const T& value) {
    typename pickle::template encoder<T>{}.put(to_, value);
  }
  void raw(std::string_view opcodes) { to_.append(opcodes.data(), opcodes.size()); }

  wire::buffer& to_;
};

inline bytes as_bytes(std::string_view s) {
  const auto* p = reinterpret_cast<const std::byte*>(s.data());
  return bytes(p, p + s.size());
}

}  // namespace leat::python_detail

#endif
