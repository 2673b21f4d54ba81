// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_MSGPACK_WRITER_HPP
#define LEAT_WIRE_MSGPACK_WRITER_HPP

#include <leat/core/error.hpp>
#include <leat/wire/buffer.hpp>
#include <leat/wire/endian.hpp>
#include <leat/wire/msgpack/extensions.hpp>

#include <msgpack/pack.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace leat::wire {

/// What msgpack-c's packer writes to.
struct msgpack_stream {
  wire::buffer& out;
  void write(const char* from, std::size_t n) { out.append(from, n); }
};

}  // namespace leat::wire

// Floats stay floats, also where types pack themselves: up to msgpack-c 6.1 the packer made ints of 2.0 and -0.0.
template <>
inline msgpack::v1::packer<leat::wire::msgpack_stream>& msgpack::v1::packer<leat::wire::msgpack_stream>::pack_float(float x) {
  char raw[5] = {'\xca'};
  leat::wire::put_big(raw + 1, std::bit_cast<std::uint32_t>(x));
  append_buffer(raw, sizeof raw);
  return *this;
}
template <>
inline msgpack::v1::packer<leat::wire::msgpack_stream>& msgpack::v1::packer<leat::wire::msgpack_stream>::pack_double(double x) {
  char raw[9] = {'\xcb'};
  leat::wire::put_big(raw + 1, std::bit_cast<std::uint64_t>(x));
  append_buffer(raw, sizeof raw);
  return *this;
}

namespace leat::wire {

/// Writes tokens in msgpack's shortest forms, the common ones by hand; lists, tuples and sets are all arrays.
class msgpack_writer {
 public:
  static constexpr bool arrays_only = true;

  explicit msgpack_writer(wire::buffer& out) : out_{out}, pack_(out_) {}

  void none() { out_.out.push('\xc0'); }
  void boolean(bool x) { out_.out.push(x ? '\xc3' : '\xc2'); }
  void integer(std::int64_t x) {
    if (x >= 0) return natural(static_cast<std::uint64_t>(x));
    char* p = out_.out.grow(9);
    if (x >= -32) {
      *p++ = static_cast<char>(x);
    } else if (x >= INT8_MIN) {
      p = coded(p, '\xd0', static_cast<std::uint8_t>(x));
    } else if (x >= INT16_MIN) {
      p = coded(p, '\xd1', static_cast<std::uint16_t>(x));
    } else if (x >= INT32_MIN) {
      p = coded(p, '\xd2', static_cast<std::uint32_t>(x));
    } else {
      p = coded(p, '\xd3', static_cast<std::uint64_t>(x));
    }
    out_.out.commit(p);
  }
  void natural(std::uint64_t x) {
    char* p = out_.out.grow(9);
    if (x < 128) {
      *p++ = static_cast<char>(x);
    } else if (x <= UINT8_MAX) {
      p = coded(p, '\xcc', static_cast<std::uint8_t>(x));
    } else if (x <= UINT16_MAX) {
      p = coded(p, '\xcd', static_cast<std::uint16_t>(x));
    } else if (x <= UINT32_MAX) {
      p = coded(p, '\xce', static_cast<std::uint32_t>(x));
    } else {
      p = coded(p, '\xcf', x);
    }
    out_.out.commit(p);
  }
  void real(double x) {
    char* p = out_.out.grow(9);
    *p = '\xcb';
    put_big(p + 1, std::bit_cast<std::uint64_t>(x));
    out_.out.advance(9);
  }
  void key() {}
  void str(std::string_view x) {
    char* p = out_.out.grow(narrow(x.size()) + std::size_t{5});
    if (x.size() < 32) {
      *p++ = static_cast<char>(0xA0 | x.size());
    } else if (x.size() <= UINT8_MAX) {
      p = coded(p, '\xd9', static_cast<std::uint8_t>(x.size()));
    } else {
      p = counted(p, '\xda', x.size());
    }
    text(p, x);
  }
  void bytes(std::string_view x) {
    char* p = out_.out.grow(narrow(x.size()) + std::size_t{5});
    text(x.size() <= UINT8_MAX ? coded(p, '\xc4', static_cast<std::uint8_t>(x.size())) : counted(p, '\xc5', x.size()), x);
  }
  void begin_tuple(std::size_t n) { begin(n, 0x90, '\xdc'); }
  void begin_list(std::size_t n) { begin(n, 0x90, '\xdc'); }
  void begin_set(std::size_t n) { begin(n, 0x90, '\xdc'); }
  void begin_dict(std::size_t n) { begin(n, 0x80, '\xde'); }
  void end_tuple(std::size_t) {}
  void end_list(std::size_t) {}
  void end_set(std::size_t) {}
  void end_dict(std::size_t) {}
  void freeze(int) {}
  void begin_instance(std::string_view) {}
  void end_instance() {}

  void bytearray(std::string_view x) { bytes(x); }
  /// An int that 64 bits do not hold, given as two's complement, little-endian.
  void big(std::string_view raw) { extension(msgpack_big, raw); }
  void complex(double re, double im) {
    char raw[16];
    put_big(put_big(raw, std::bit_cast<std::uint64_t>(re)), std::bit_cast<std::uint64_t>(im));
    extension(msgpack_complex, {raw, 16});
  }
  void moment(std::int64_t microseconds) {
    std::int64_t seconds = microseconds / 1'000'000, rest = microseconds % 1'000'000;
    if (rest < 0) rest += 1'000'000, --seconds;
    char raw[12];
    put_big(put_big(raw, static_cast<std::uint32_t>(rest * 1000)), static_cast<std::uint64_t>(seconds));
    extension(msgpack_timestamp, {raw, 12});
  }
  void local(std::int64_t microseconds) { number(msgpack_local, microseconds); }
  void date(std::int64_t days) { number(msgpack_date, days); }
  void span(std::int64_t days, std::int64_t microseconds) {
    char raw[16];
    put_big(put_big(raw, static_cast<std::uint64_t>(days)), static_cast<std::uint64_t>(microseconds));
    extension(msgpack_span, {raw, 16});
  }

  /// An array: the type of its elements as `struct` names it, how many extents it has, these, and the elements' bytes.
  void array(char code, std::string_view, std::span<const std::size_t> shape, std::string_view raw) {
    pack_.pack_ext(narrow(2 + 8 * shape.size() + raw.size()), msgpack_array);
    char* p = out_.out.grow(2 + 8 * shape.size());
    *p++ = code;
    *p++ = static_cast<char>(shape.size());
    for (const std::size_t e : shape) p = put_little(p, std::uint64_t{e});
    out_.out.commit(p);
    out_.out.append(raw);
  }

  /// The packer, for types that msgpack-c knows itself.
  auto& packer() { return pack_; }

 private:
  template <class U>
  static char* coded(char* p, char code, U x) {
    *p++ = code;
    return put_big(p, x);
  }
  /// A length of two bytes, or of four behind the next code.
  static char* counted(char* p, char code, std::size_t n) {
    if (n <= UINT16_MAX) return coded(p, code, static_cast<std::uint16_t>(n));
    return coded(p, static_cast<char>(code + 1), static_cast<std::uint32_t>(n));
  }
  void text(char* p, std::string_view x) {
    if (!x.empty()) std::memcpy(p, x.data(), x.size());
    out_.out.commit(p + x.size());
  }
  void begin(std::size_t n, unsigned small, char code) {
    narrow(n);
    char* p = out_.out.grow(5);
    if (n < 16) {
      *p++ = static_cast<char>(small | n);
    } else {
      p = counted(p, code, n);
    }
    out_.out.commit(p);
  }
  void extension(std::int8_t type, std::string_view raw) {
    pack_.pack_ext(raw.size(), type);
    pack_.pack_ext_body(raw.data(), narrow(raw.size()));
  }
  void number(std::int8_t type, std::int64_t x) {
    char raw[8];
    put_big(raw, static_cast<std::uint64_t>(x));
    extension(type, {raw, 8});
  }
  static std::uint32_t narrow(std::size_t n) {
    if (n > UINT32_MAX) throw conversion_error("at most 4294967295 bytes or items (msgpack's limit)", std::to_string(n), "");
    return static_cast<std::uint32_t>(n);
  }

  msgpack_stream out_;
  ::msgpack::packer<msgpack_stream> pack_;
};

}  // namespace leat::wire

#endif
