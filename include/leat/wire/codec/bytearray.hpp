// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_CODEC_BYTEARRAY_HPP
#define LEAT_WIRE_CODEC_BYTEARRAY_HPP

#include <leat/wire/codec/scalars.hpp>

#include <string>

namespace leat {

/// Bytes that arrive as a `bytearray`, which Python may write to.
struct bytearray : bytes {
  using bytes::bytes;
};

template <>
struct wire_codec<bytearray> {
  static constexpr bool encodable = true, decodable = true, hashable = false;
  static constexpr std::size_t tokens = wire::unbounded;
  static constexpr wire::value_kind kind = wire::value_kind::bytearray;

  static std::string name() { return "bytearray"; }
  static wire::fit takes(const wire::value& v) {
    if (v.kind == kind) return wire::fit::same;
    return wire_codec<bytes>::takes(v) == wire::fit::no ? wire::fit::no : wire::fit::converted;
  }
  template <class Out>
  static void encode(Out& out, const bytearray& x) {
    out.bytearray({reinterpret_cast<const char*>(x.data()), x.size()});
  }
  template <class In>
  static bool decode(In& in, bytearray& x) {
    return wire_codec<bytes>::decode(in, x);
  }
  static bool convert(wire::converter& c, const wire::value& v, bytearray& x) { return wire_codec<bytes>::convert(c, v, x); }
};

}  // namespace leat

#endif
