// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_OPAQUE_HPP
#define LEAT_WIRE_OPAQUE_HPP

#include <leat/wire/pickle/decode.hpp>
#include <leat/wire/pickle/encode.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace leat {

/// One Python object that C++ only carries: its pickle. Equal where the bytes are.
class opaque {
 public:
  opaque() = default;
  explicit opaque(std::string pickle) : pickle_(std::move(pickle)) {}

  const std::string& pickle() const noexcept { return pickle_; }

  friend bool operator==(const opaque&, const opaque&) = default;

 private:
  std::string pickle_;
};

/// Only the opaque wire carries opaque elements; on the others they would arrive as their own pickles' bytes.
template <>
struct wire_codec<opaque> {
  static constexpr bool encodable = false, decodable = false, hashable = false;
  static constexpr std::size_t tokens = wire::unbounded;
  static std::string name() { return "object"; }
  template <class Out>
  static void encode(Out& out, const opaque& x) {
    out.bytes(x.pickle());
  }
  template <class In>
  static bool decode(In& in, opaque& x) {
    std::string_view raw;
    if (!in.bytes(raw)) return false;
    x = opaque(std::string(raw));
    return true;
  }
  static bool convert(wire::converter& c, const wire::value& v, opaque& x) {
    if (v.kind != wire::value_kind::bytes) return c.refuse("bytes (the pickle of an element)");
    x = opaque(std::string(v.text));
    return true;
  }
};

namespace wire {

/// The wire of opaque elements: a pickled list of `bytes`, each the pickle of one element.
struct opaque_wire {
  static constexpr std::string_view name = "opaque";

  template <class T>
  static constexpr bool encodable = std::is_same_v<std::decay_t<T>, opaque>;
  template <class T>
  static constexpr bool decodable = encodable<T>;

  template <class T>
    requires encodable<T>
  using encoder = wire::pickle_encoder<T>;

  template <class T, class F>
    requires decodable<T>
  static std::size_t decode(std::string_view body, F&& f) {
    return wire::pickle_decode<T>(body, f);
  }
};

}  // namespace wire

}  // namespace leat

template <>
struct std::hash<leat::opaque> {
  std::size_t operator()(const leat::opaque& x) const noexcept { return std::hash<std::string>{}(x.pickle()); }
};

#endif
