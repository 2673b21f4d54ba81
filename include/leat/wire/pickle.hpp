// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_PICKLE_HPP
#define LEAT_WIRE_PICKLE_HPP

#include <leat/wire/codec/codecs.hpp>
#include <leat/wire/pickle/decode.hpp>
#include <leat/wire/pickle/encode.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

namespace leat {

/// The default wire: Python's pickle, read and written as data only.
struct pickle {
  static constexpr std::string_view name = "pickle";

  template <class T>
  static constexpr bool encodable = wire::is_encodable<std::decay_t<T>>();
  template <class T>
  static constexpr bool decodable = wire::is_decodable<std::decay_t<T>>();

  /// Writes a batch into one buffer: `begin`, `put` for each element, `end`. `put` throws `conversion_error` for text that
  /// is not UTF-8.
  template <class T>
    requires encodable<T>
  using encoder = wire::pickle_encoder<T>;

  /// Calls `bool f(T&&)` with each element until it returns false, and returns how many it was called with. Throws
  /// `conversion_error` (`where().record` is the element's index) and `protocol_error`.
  template <class T, class F>
    requires decodable<T>
  static std::size_t decode(std::string_view body, F&& f) {
    return wire::pickle_decode<T>(body, f);
  }

  /// The pickle of one value.
  template <class T>
    requires encodable<T>
  static std::string dumps(const T& x) {
    wire::buffer out;
    wire::key_memo memo;
    out.append("\x80\x05", 2);
    wire::pickle_put<std::decay_t<const T>>(out, memo, x);
    out.push(wire::op_stop);
    return std::string(out.view());
  }

  /// The value of one pickle; throws as `decode` does.
  template <class T>
    requires decodable<T>
  static T loads(std::string_view body) {
    return wire::pickle_loads<T>(body);
  }
};

}  // namespace leat

#endif
