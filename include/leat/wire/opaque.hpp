// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_OPAQUE_HPP
#define LEAT_WIRE_OPAQUE_HPP

#include <leat/core/error.hpp>
#include <leat/wire/buffer.hpp>
#include <leat/wire/convert.hpp>
#include <leat/wire/pickle/decode.hpp>
#include <leat/wire/pickle/merge.hpp>

#include <concepts>
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
  using leat_undeclared = void;

  opaque() = default;
  explicit opaque(std::string pickle) : pickle_(std::move(pickle)) {}

  const std::string& pickle() const noexcept { return pickle_; }

  friend bool operator==(const opaque&, const opaque&) = default;
  template <class Stream>
    requires requires(Stream& out) { out.flags(); }
  friend Stream& operator<<(Stream&, const opaque&) = delete;  // leat: to print it, declare the result: py.map<T>
  template <class T>
    requires std::is_arithmetic_v<T> || std::same_as<T, std::string>
  operator T() const = delete;  // leat: C++ cannot look into a Python object; declare the result: py.map<T>

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

/// Writes a batch of opaque elements as one pickle of the list of what they hold, which loads several times as fast as each
/// alone. An element that cannot be merged stands in it as bytes and a call of `_pickle.loads`.
template <class T>
class merged_encoder {
 public:
  void begin(buffer& out) { merger_.begin(out); }
  void put(buffer& out, const T& x) {
    try {
      if (!merger_.put(out, x.pickle())) merger_.put_apart(out, x.pickle());
    } catch (const protocol_error& e) {
      throw conversion_error("the pickle of an object", "leat::opaque", repr_of_bytes(x.pickle()) + " (" + e.message() + ")");
    }
  }
  void end(buffer& out, std::size_t) { merger_.end(out); }

 private:
  pickle_merger merger_;
};

/// The wire of opaque elements: to Python one pickle of a list of objects, from it a pickled list of `bytes`, each the pickle
/// of one element.
struct opaque_wire {
  static constexpr std::string_view name = "opaque";

  template <class T>
  static constexpr bool encodable = std::is_same_v<std::decay_t<T>, opaque>;
  template <class T>
  static constexpr bool decodable = encodable<T>;

  /// `put` throws `conversion_error` for what is no pickle.
  template <class T>
    requires encodable<T>
  using encoder = merged_encoder<T>;

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
