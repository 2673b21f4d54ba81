// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_MSGPACK_HPP
#define LEAT_WIRE_MSGPACK_HPP

#include <leat/core/error.hpp>
#include <leat/wire/buffer.hpp>
#include <leat/wire/endian.hpp>
#include <leat/wire/type_name.hpp>
#include <leat/wire/value.hpp>

#include <msgpack/pack.hpp>
#include <msgpack/unpack.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace leat {

namespace wire {

/// Writes tokens with msgpack-c; lists, tuples and sets are all arrays.
class msgpack_writer {
 public:
  explicit msgpack_writer(wire::buffer& out) : out_{out}, pack_(out_) {}

  void none() { pack_.pack_nil(); }
  void boolean(bool x) { x ? pack_.pack_true() : pack_.pack_false(); }
  void integer(std::int64_t x) { pack_.pack_int64(x); }
  void natural(std::uint64_t x) { pack_.pack_uint64(x); }
  void real(double x) {  // by hand: msgpack-c's pack_double makes an int of 2.0 and loses -0.0
    char* p = out_.out.grow(9);
    *p = '\xcb';
    put_big(p + 1, std::bit_cast<std::uint64_t>(x));
    out_.out.advance(9);
  }
  void key() {}
  void str(std::string_view x) {
    pack_.pack_str(narrow(x.size()));
    pack_.pack_str_body(x.data(), narrow(x.size()));
  }
  void bytes(std::string_view x) {
    pack_.pack_bin(narrow(x.size()));
    pack_.pack_bin_body(x.data(), narrow(x.size()));
  }
  void begin_tuple(std::size_t n) { pack_.pack_array(narrow(n)); }
  void begin_list(std::size_t n) { pack_.pack_array(narrow(n)); }
  void begin_set(std::size_t n) { pack_.pack_array(narrow(n)); }
  void begin_dict(std::size_t n) { pack_.pack_map(narrow(n)); }
  void end_tuple(std::size_t) {}
  void end_list(std::size_t) {}
  void end_set(std::size_t) {}
  void end_dict(std::size_t) {}

 private:
  struct stream {
    wire::buffer& out;
    void write(const char* from, std::size_t n) { out.append(from, n); }
  };
  static std::uint32_t narrow(std::size_t n) {
    if (n > UINT32_MAX) throw conversion_error("at most 4294967295 bytes or items (msgpack's limit)", std::to_string(n), "");
    return static_cast<std::uint32_t>(n);
  }

  stream out_;
  ::msgpack::packer<stream> pack_;
};

/// Builds a value of each element of the top array; the derived class takes them one by one.
template <class Derived>
class msgpack_visitor {
 public:
  std::size_t depth() const { return open_.size(); }

  bool visit_nil() {
    scalar(value_kind::none);
    return true;
  }
  bool visit_boolean(bool x) {
    scalar(value_kind::boolean).truth = x;
    return true;
  }
  bool visit_positive_integer(std::uint64_t x) {
    if (x > INT64_MAX) {
      scalar(value_kind::natural).natural = x;
    } else {
      scalar(value_kind::integer).integer = static_cast<std::int64_t>(x);
    }
    return true;
  }
  bool visit_negative_integer(std::int64_t x) {
    scalar(value_kind::integer).integer = x;
    return true;
  }
  bool visit_float32(float x) { return visit_float64(static_cast<double>(x)); }
  bool visit_float64(double x) {
    scalar(value_kind::real).real = x;
    return true;
  }
  bool visit_str(const char* p, std::uint32_t n) {
    scalar(value_kind::str).text = {p, n};
    return true;
  }
  bool visit_bin(const char* p, std::uint32_t n) {
    scalar(value_kind::bytes).text = {p, n};
    return true;
  }
  bool visit_ext(const char*, std::uint32_t) {
    scalar(value_kind::object).text = "msgpack.ExtType";
    return true;
  }

  bool start_array(std::uint32_t) { return open(value_kind::array); }
  bool start_map(std::uint32_t) { return open(value_kind::dict); }
  bool end_array() { return close(); }
  bool end_map() { return close(); }
  bool start_array_item() { return true; }
  bool start_map_key() { return true; }
  bool end_map_key() { return true; }
  bool start_map_value() { return true; }
  bool end_map_value() { return true; }
  bool end_array_item() { return open_.size() != 1 || static_cast<Derived*>(this)->element(*element_); }

  void parse_error(std::size_t, std::size_t at) { broken("an unknown type", at); }
  void insufficient_bytes(std::size_t, std::size_t at) { broken("it is cut off", at); }
  bool referenced() const { return false; }
  void set_referenced(bool) {}

  [[noreturn]] static void broken(const std::string& why, std::size_t at) {
    throw protocol_error("this is no msgpack batch: " + why + " at byte " + std::to_string(at));
  }

 protected:
  value_tree tree_;
  const value* element_ = nullptr;

 private:
  value& scalar(value_kind kind) {
    if (open_.empty()) not_an_array();
    if (open_.size() == 1) {
      single_.kind = kind;
      element_ = &single_;
      return single_;
    }
    value& v = tree_.make(kind);
    open_.back()->items.push_back(&v);
    return v;
  }
  bool open(value_kind kind) {
    if (open_.empty() && kind != value_kind::array) not_an_array();
    if (open_.size() > 512) throw protocol_error("this is no msgpack batch: it nests deeper than 512");
    if (open_.size() == 1) tree_.clear();
    value& v = open_.empty() ? top_ : tree_.make(kind);
    if (open_.size() > 1) open_.back()->items.push_back(&v);
    open_.push_back(&v);
    return true;
  }
  bool close() {
    element_ = open_.back();
    open_.pop_back();
    return true;
  }
  [[noreturn]] static void not_an_array() { throw protocol_error("a msgpack batch must be an array"); }

  value top_, single_;
  std::vector<value*> open_;
};

template <class T, class F>
class msgpack_batch_visitor : public msgpack_visitor<msgpack_batch_visitor<T, F>> {
 public:
  explicit msgpack_batch_visitor(F& f) : f_(f) {}

  std::size_t taken() const { return n_; }
  bool stopped() const { return stopped_; }

  bool element(const value& v) {
    T x{};
    convert_.record(n_);
    convert_.whole(v, x);
    ++n_;
    stopped_ = !f_(std::move(x));
    return !stopped_;
  }

 private:
  F& f_;
  converter convert_{~std::size_t{0}};
  std::size_t n_ = 0;
  bool stopped_ = false;
};

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
    wire::msgpack_batch_visitor<T, std::remove_reference_t<F>> visitor(f);
    std::size_t at = 0;
    if (body.empty()) visitor.broken("it is cut off", 0);
    bool whole = ::msgpack::parse(body.data(), body.size(), at, visitor);
    if (visitor.stopped()) return visitor.taken();
    if (!whole) visitor.broken("it is cut off", at);
    if (at != body.size()) visitor.broken("bytes after its end", at);
    return visitor.taken();
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
    wire::buffer batch;
    batch.append("\x91", 1);
    batch.append(body);
    decode<T>(batch.view(), [&result](T&& x) {
      result = std::move(x);
      return true;
    });
    return result;
  }
};

}  // namespace leat

#endif
