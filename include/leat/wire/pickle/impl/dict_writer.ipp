// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_PICKLE_IMPL_DICT_WRITER_IPP
#define LEAT_WIRE_PICKLE_IMPL_DICT_WRITER_IPP

#include <leat/wire/buffer.hpp>
#include <leat/wire/pickle.hpp>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace leat::python_detail {

/// Writes a pickle of a dict whose values have different types; by hand, since a codec for each would take long to compile.
class dict_writer {
 public:
  explicit dict_writer(wire::buffer& to) : to_(to) { raw("}("); }

  dict_writer& add(const std::string& key, const std::string& value) {
    put(key);
    put(value);
    return *this;
  }
  template <std::same_as<bool> Bool>  // not of what converts to it
  dict_writer& add(const std::string& key, Bool value) {
    put(key);
    raw(value ? "\x88" : "\x89");
    return *this;
  }
  dict_writer& add(const std::string& key, std::uint64_t value) {
    put(key);
    put(value);
    return *this;
  }
  dict_writer& add(const std::string& key, const std::vector<std::string>& texts) {
    put(key);
    put(texts);
    return *this;
  }
  dict_writer& add_bytes(const std::string& key, std::string_view value) {
    put(key);
    raw("\x8e");
    fixed(value.size());
    raw(value);
    return *this;
  }
  /// The key alone; the value is for the caller to write.
  void key(const std::string& name) { put(name); }
  void close() { raw("u"); }

  // These write one value.
  void put(const std::string& text) { pickle::encoder<std::string>{}.put(to_, text); }
  void put(std::uint64_t number) {
    raw("\x8a\x09");
    fixed(number);
    to_.push('\0');
  }
  void put(const std::vector<std::string>& texts) {
    raw("](");
    for (auto const& t : texts) put(t);
    raw("e");
  }
  void raw(std::string_view opcodes) { to_.append(opcodes.data(), opcodes.size()); }

 private:
  void fixed(std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) to_.push(static_cast<char>(number >> shift & 0xFF));
  }

  wire::buffer& to_;
};

}  // namespace leat::python_detail

#endif
