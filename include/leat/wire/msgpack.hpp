// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_MSGPACK_HPP
#define LEAT_WIRE_MSGPACK_HPP

#include <leat/core/error.hpp>
#include <leat/wire/buffer.hpp>
#include <leat/wire/codec/codecs.hpp>
#include <leat/wire/convert.hpp>
#include <leat/wire/endian.hpp>
#include <leat/wire/msgpack/defined.hpp>
#include <leat/wire/msgpack/reader.hpp>
#include <leat/wire/msgpack/visitor.hpp>
#include <leat/wire/msgpack/writer.hpp>

#include <msgpack/unpack.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace leat {

namespace wire {

/// Reads elements as values, in any form that fits their type.
class msgpack_element_visitor : public msgpack_visitor<msgpack_element_visitor> {
 public:
  explicit msgpack_element_visitor(std::string_view body) : body_(body) {}

  /// Reads the element that begins at `at`, and moves it behind.
  template <class T>
  void read(std::size_t& at, T& x, std::optional<std::size_t> record = {}) {
    start_array(1);
    if (!::msgpack::parse(body_.data(), body_.size(), at, *this)) broken("it is cut off", at);
    const value& v = *this->element_;
    end_array();
    if (record) convert_.record(*record);
    convert_.whole(v, x);
  }
  bool element(const value&) const { return true; }

 private:
  std::string_view body_;
  converter convert_{~std::size_t{0}};
};

/// Reads one element, quickly where it has its type's usual form.
template <class T>
void msgpack_read(msgpack_reader& in, std::string_view body, std::optional<msgpack_element_visitor>& thorough, T& x,
                  std::optional<std::size_t> record = {}) {
  auto at = in.position();
  if (wire_codec<T>::decode(in, x)) return;
  x = T{};
  if (!thorough) thorough.emplace(body);
  thorough->read(at, x, record);
  in = msgpack_reader(body, at);
}

template <class T, class F>
std::size_t msgpack_decode(std::string_view body, F& f) {
  msgpack_reader in(body);
  std::optional<msgpack_element_visitor> thorough;
  std::uint32_t count;
  if (!in.array(count)) {
    if (body.empty() || body[0] == '\xdc' || body[0] == '\xdd') msgpack_element_visitor::broken("it is cut off", 0);
    throw protocol_error("a msgpack batch must be an array");
  }
  auto take = [&](T& x, std::uint32_t n) {
    msgpack_read(in, body, thorough, x, n);
    return f(std::move(x));
  };
  [[maybe_unused]] T text{};  // its memory is used again unless it was moved away
  for (std::uint32_t n = 0; n != count; ++n) {
    if constexpr (text_like<T>) {
      if (!take(text, n)) return n + 1;
    } else {
      T x{};
      if (!take(x, n)) return n + 1;
    }
  }
  if (in.position() != body.size()) msgpack_element_visitor::broken("bytes after its end", in.position());
  return count;
}

/// Writes a batch as one array of four-byte length, filled in at its end.
template <class T>
class msgpack_encoder {
 public:
  void begin(wire::buffer& out) {
    at_ = out.size();
    out.append("\xdd\0\0\0\0", 5);
  }
  void put(wire::buffer& out, const T& x) {
    msgpack_writer w(out);
    wire_codec<T>::encode(w, x);
  }
  void end(wire::buffer& out, std::size_t count) {
    if (count > UINT32_MAX) throw usage_error("a msgpack batch holds at most 4294967295 elements");
    put_big(out.data() + at_ + 1, static_cast<std::uint32_t>(count));
  }

 private:
  std::size_t at_ = 0;
};

}  // namespace wire

/// The msgpack wire: for data shared with other programs; the worker's interpreter needs the msgpack package.
struct msgpack {
  static constexpr std::string_view name = "msgpack";

  template <class T>
  static constexpr bool encodable = wire::is_encodable<std::decay_t<T>>();
  template <class T>
  static constexpr bool decodable = wire::is_decodable<std::decay_t<T>>();

  /// Writes a batch into one buffer: `begin`, `put` for each element, `end`. `put` throws `conversion_error` for text that
  /// is not UTF-8.
  template <class T>
    requires encodable<T>
  using encoder = wire::msgpack_encoder<T>;

  /// Calls `bool f(T&&)` with each element until it returns false, and returns how many it was called with. Throws
  /// `conversion_error` (`where().record` is the element's index) and `protocol_error`.
  template <class T, class F>
    requires decodable<T>
  static std::size_t decode(std::string_view body, F&& f) {
    return wire::msgpack_decode<T>(body, f);
  }

  /// One value.
  template <class T>
    requires encodable<T>
  static std::string dumps(const T& x) {
    wire::buffer out;
    wire::msgpack_writer w(out);
    wire_codec<std::decay_t<const T>>::encode(w, x);
    return std::string(out.view());
  }

  /// The value of one message; throws as `decode` does.
  template <class T>
    requires decodable<T>
  static T loads(std::string_view body) {
    T result{};
    wire::msgpack_reader in(body);
    std::optional<wire::msgpack_element_visitor> thorough;
    wire::msgpack_read(in, body, thorough, result);
    if (in.position() != body.size()) wire::msgpack_element_visitor::broken("bytes after its end", in.position());
    return result;
  }
};

}  // namespace leat

#endif
