// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_MSGPACK_DEFINED_HPP
#define LEAT_WIRE_MSGPACK_DEFINED_HPP

#include <leat/core/error.hpp>
#include <leat/wire/buffer.hpp>
#include <leat/wire/codec.hpp>
#include <leat/wire/codec/scalars.hpp>
#include <leat/wire/convert.hpp>
#include <leat/wire/fields.hpp>
#include <leat/wire/msgpack/extensions.hpp>
#include <leat/wire/msgpack/writer.hpp>
#include <leat/wire/utf8.hpp>
#include <leat/wire/value.hpp>

#include <msgpack/object.hpp>
#include <msgpack/pack.hpp>
#include <msgpack/unpack.hpp>
#include <msgpack/zone.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace leat {

namespace wire {

/// Types of std and of ours, whose adaptors must not be instantiated here: msgpack-c's headers may specialize them later.
template <class T>
constexpr bool of_a_library() {
  constexpr std::string_view text = __PRETTY_FUNCTION__;
  constexpr std::string_view name = text.substr(text.find("T = ") + 4);
  return name.starts_with("std::") || name.starts_with("leat::") || name.starts_with("boost::");
}

/// Types that msgpack-c packs by what their author wrote: MSGPACK_DEFINE and its kin, or specializations of its adaptors, which
/// do not derive from the primary ones.
template <class T>
concept own_class = std::is_class_v<T> && !of_a_library<T>() && !has_fields<T>;
template <class T>
concept packed_by_msgpack = own_class<T> && (requires(const T& x, ::msgpack::packer<buffer>& to) { x.msgpack_pack(to); } ||
                                             !std::is_base_of_v<::msgpack::v1::adaptor::pack<T>, ::msgpack::adaptor::pack<T>>);
template <class T>
concept unpacked_by_msgpack =
    own_class<T> && std::is_default_constructible_v<T> && (requires(T& x, const ::msgpack::object& from) {
      x.msgpack_unpack(from);
    } || !std::is_base_of_v<::msgpack::v1::adaptor::convert<T>, ::msgpack::adaptor::convert<T>>);

/// Turns packed bytes into tokens of another wire.
template <class Out>
class token_visitor {
 public:
  explicit token_visitor(Out& out) : out_(out) {}

  bool visit_nil() {
    out_.none();
    return true;
  }
  bool visit_boolean(bool x) {
    out_.boolean(x);
    return true;
  }
  bool visit_positive_integer(std::uint64_t x) {
    out_.natural(x);
    return true;
  }
  bool visit_negative_integer(std::int64_t x) {
    out_.integer(x);
    return true;
  }
  bool visit_float32(float x) { return visit_float64(static_cast<double>(x)); }
  bool visit_float64(double x) {
    out_.real(x);
    return true;
  }
  bool visit_str(const char* p, std::uint32_t n) {
    if (!valid_utf8({p, n})) refuse_text({p, n});
    out_.str({p, n});
    return true;
  }
  bool visit_bin(const char* p, std::uint32_t n) {
    out_.bytes({p, n});
    return true;
  }
  bool visit_ext(const char* p, std::uint32_t n) {  // the type's byte comes first
    value_tree tree;
    value& v = tree.make(value_kind::object);
    read_extension(static_cast<std::int8_t>(*p), {p + 1, n - 1}, tree, v);
    switch (v.kind) {
      case value_kind::big:
        out_.big(v.text);
        return true;
      case value_kind::complex:
        out_.complex(v.real, v.items[0]->real);
        return true;
      case value_kind::moment:
        if (v.small != 0) throw conversion_error("a time of whole microseconds", "msgpack's timestamp", repr_of(v));
        out_.moment(v.integer);
        return true;
      case value_kind::local:
        out_.local(v.integer);
        return true;
      case value_kind::date:
        out_.date(v.integer);
        return true;
      case value_kind::span:
        out_.span(v.small, v.integer);
        return true;
      default:
        throw conversion_error("a msgpack extension that has a form in Python", "msgpack.ExtType",
                               "of type " + std::to_string(static_cast<int>(static_cast<std::int8_t>(*p))));
    }
  }
  bool start_array(std::uint32_t n) {
    sizes_.push_back(n);
    out_.begin_list(n);
    return true;
  }
  bool start_map(std::uint32_t n) {
    sizes_.push_back(n);
    out_.begin_dict(n);
    return true;
  }
  bool end_array() {
    out_.end_list(sizes_.back());
    sizes_.pop_back();
    return true;
  }
  bool end_map() {
    out_.end_dict(sizes_.back());
    sizes_.pop_back();
    return true;
  }
  bool start_map_key() {
    out_.key();
    return true;
  }
  bool start_array_item() { return true; }
  bool end_array_item() { return true; }
  bool end_map_key() { return true; }
  bool start_map_value() { return true; }
  bool end_map_value() { return true; }
  void parse_error(std::size_t, std::size_t) { broken(); }
  void insufficient_bytes(std::size_t, std::size_t) { broken(); }
  bool referenced() const { return false; }
  void set_referenced(bool) {}

  [[noreturn]] static void broken() {
    throw conversion_error("one msgpack value from the type's msgpack_pack", "bytes that are none", "");
  }

 private:
  Out& out_;
  std::vector<std::size_t> sizes_;
};

/// A decoded Python value as msgpack-c's own object, whose texts stay where they are.
class object_maker {
 public:
  explicit object_maker(converter& c) : convert_(c) {}

  ::msgpack::object make(const value& v) {
    convert_.spend(v, sizeof(::msgpack::object));
    ::msgpack::object o;
    switch (v.kind) {
      case value_kind::none:
        return o;
      case value_kind::boolean:
        return ::msgpack::object(v.truth);
      case value_kind::integer:
        return ::msgpack::object(v.integer);
      case value_kind::natural:
        return ::msgpack::object(v.natural);
      case value_kind::real:
        return ::msgpack::object(v.real);
      case value_kind::str:
      case value_kind::bytes:
      case value_kind::bytearray:
        return text(v);
      case value_kind::dict:
        return dict(v);
      case value_kind::list:
      case value_kind::tuple:
      case value_kind::set:
      case value_kind::frozenset:
      case value_kind::array:
        return array(v);
      case value_kind::moment:
        return timestamp(v);
      case value_kind::object:
        if (v.small == 1) return dict(*v.items[0]);
        [[fallthrough]];
      default:
        refuse(v);
    }
  }

 private:
  [[noreturn]] static void refuse(const value& v) { throw conversion_error("what msgpack holds", type_of(v), repr_of(v)); }

  static std::uint32_t narrow(const value& v, std::size_t n) {
    if (n > UINT32_MAX) refuse(v);
    return static_cast<std::uint32_t>(n);
  }
  static ::msgpack::object text(const value& v) {
    ::msgpack::object o;
    if (v.kind == value_kind::str) {
      if (!valid_utf8(v.text)) throw conversion_error("str without lone surrogates", "str", repr_of(v));
      o.type = ::msgpack::type::STR;
      o.via.str.ptr = v.text.data();
      o.via.str.size = narrow(v, v.text.size());
    } else {
      o.type = ::msgpack::type::BIN;
      o.via.bin.ptr = v.text.data();
      o.via.bin.size = narrow(v, v.text.size());
    }
    return o;
  }
  ::msgpack::object array(const value& v) {
    ::msgpack::object o;
    o.type = ::msgpack::type::ARRAY;
    o.via.array.size = narrow(v, v.items.size());
    o.via.array.ptr = space<::msgpack::object>(v.items.size());
    for (std::size_t i = 0; i != v.items.size(); ++i) o.via.array.ptr[i] = inner(*v.items[i]);
    return o;
  }
  ::msgpack::object dict(const value& v) {
    ::msgpack::object o;
    o.type = ::msgpack::type::MAP;
    o.via.map.size = narrow(v, v.items.size() / 2);
    o.via.map.ptr = space<::msgpack::object_kv>(v.items.size() / 2);
    for (std::size_t i = 0; i != v.items.size() / 2; ++i) {
      o.via.map.ptr[i].key = inner(*v.items[2 * i]);
      o.via.map.ptr[i].val = inner(*v.items[2 * i + 1]);
    }
    return o;
  }
  ::msgpack::object timestamp(const value& v) {
    char* raw = space<char>(13);
    std::int64_t seconds = v.integer / 1'000'000, rest = v.integer % 1'000'000;
    if (rest < 0) rest += 1'000'000, --seconds;
    raw[0] = static_cast<char>(msgpack_timestamp);
    put_big(put_big(raw + 1, static_cast<std::uint32_t>(rest * 1000 + v.small)), static_cast<std::uint64_t>(seconds));
    ::msgpack::object o;
    o.type = ::msgpack::type::EXT;
    o.via.ext.ptr = raw;
    o.via.ext.size = 12;
    return o;
  }
  ::msgpack::object inner(const value& v) {
    if (v.active) throw conversion_error("a value that msgpack holds", "a " + type_of(v) + " that contains itself", "");
    if (v.items.empty()) return make(v);
    const converter::guard entered(convert_, v);
    return make(v);
  }
  template <class T>
  T* space(std::size_t n) {
    return n == 0 ? nullptr : static_cast<T*>(zone_.allocate_align(n * sizeof(T), alignof(T)));
  }

  converter& convert_;
  ::msgpack::zone zone_;
};

}  // namespace wire

/// A type that msgpack-c packs: on the msgpack wire by itself, on others through its packed form. Arrays become lists. What it
/// takes back follows msgpack-c's rules: MSGPACK_DEFINE leaves missing fields as they are and ignores more.
template <wire::packed_by_msgpack T>
struct wire_codec<T> {
  static constexpr bool encodable = true, decodable = wire::unpacked_by_msgpack<T>, hashable = false;
  static constexpr std::size_t tokens = wire::unbounded;

  /// Whether it is packed as an array or as a map.
  static std::string name() {
    if constexpr (std::is_default_constructible_v<T>) {
      wire::buffer out;
      wire::msgpack_writer w(out);
      w.packer().pack(T{});
      const int first = out.empty() ? 0 : static_cast<unsigned char>(out.data()[0]);
      if (first >> 4 == 9 || first == 0xDC || first == 0xDD) return "list";
      if (first >> 4 == 8 || first == 0xDE || first == 0xDF) return "dict";
    }
    return "object";
  }
  template <class Out>
  static void encode(Out& out, const T& x) {
    if constexpr (requires { out.packer(); }) {
      out.packer().pack(x);
    } else {
      wire::buffer packed;
      wire::msgpack_writer w(packed);
      w.packer().pack(x);
      wire::token_visitor<Out> visitor(out);
      std::size_t at = 0;
      if (packed.empty() || !::msgpack::parse(packed.data(), packed.size(), at, visitor) || at != packed.size())
        visitor.broken();
    }
  }
  template <class In>
  static bool decode(In&, T&) {
    return false;
  }
  static bool convert(wire::converter& c, const wire::value& v, T& x) {
    try {
      wire::object_maker maker(c);
      maker.make(v).convert(x);
    } catch (const ::msgpack::type_error&) {
      return c.refuse(name() + " as the type's msgpack definition reads it");
    }
    return true;
  }
};

}  // namespace leat

#endif
