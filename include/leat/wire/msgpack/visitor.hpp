// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_MSGPACK_VISITOR_HPP
#define LEAT_WIRE_MSGPACK_VISITOR_HPP

#include <leat/core/error.hpp>
#include <leat/wire/msgpack/extensions.hpp>
#include <leat/wire/value.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace leat::wire {

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
  bool visit_ext(const char* p, std::uint32_t n) {  // the type's byte comes first
    value& v = scalar(value_kind::object);
    if (open_.size() == 1) tree_.clear();
    read_extension(static_cast<std::int8_t>(*p), {p + 1, n - 1}, tree_, v);
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
      single_.small = 0;
      single_.items.clear();
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

}  // namespace leat::wire

#endif
