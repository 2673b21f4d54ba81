// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_SAME_KEYS_HPP
#define LEAT_WIRE_SAME_KEYS_HPP

#include <leat/core/config.hpp>
#include <leat/wire/codec.hpp>
#include <leat/wire/value.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace leat::wire {

/// Takes the keys of a dict or the items of a set as an encoder would write them, and finds two that are equal in Python, as
/// True, 1 and 1.0 are: a dict would hold only one of them.
class key_values {
 public:
  /// What has been written since the last one is a key.
  LEAT_DECL void end_key();
  /// The number of a key that is equal to an earlier one; that of all keys where there is none.
  LEAT_DECL std::size_t repeated() const;
  /// Throws conversion_error, which names the key, where one is equal to another.
  LEAT_DECL void check(const char* what, const std::string& type) const;

  void none() { put(value_kind::none); }
  void boolean(bool x) { put(value_kind::boolean).truth = x; }
  void integer(std::int64_t x) { put(value_kind::integer).integer = x; }
  LEAT_DECL void natural(std::uint64_t x);
  void real(double x) { put(value_kind::real).real = x; }
  void big(std::string_view raw) { text(value_kind::big, raw); }
  LEAT_DECL void complex(double re, double im);
  void key() {}
  void str(std::string_view x) { text(value_kind::str, x); }
  void bytes(std::string_view x) { text(value_kind::bytes, x); }
  void bytearray(std::string_view x) { text(value_kind::bytearray, x); }
  void moment(std::int64_t x) { put(value_kind::moment).integer = x; }
  void local(std::int64_t x) { put(value_kind::local).integer = x; }
  void date(std::int64_t x) { put(value_kind::date).integer = x; }
  LEAT_DECL void span(std::int64_t days, std::int64_t microseconds);
  void begin_tuple(std::size_t) { open(value_kind::tuple); }
  void begin_list(std::size_t) { open(value_kind::list); }
  void begin_set(std::size_t) { open(value_kind::frozenset); }
  void begin_dict(std::size_t) { open(value_kind::dict); }
  void end_tuple(std::size_t) { open_.pop_back(); }
  void end_list(std::size_t) { open_.pop_back(); }
  void end_set(std::size_t) { open_.pop_back(); }
  void end_dict(std::size_t) { open_.pop_back(); }
  LEAT_DECL void begin_instance(std::string_view code);
  void end_instance() { open_.pop_back(); }
  void freeze(int) {}

 private:
  LEAT_DECL value& put(value_kind kind);
  LEAT_DECL void text(value_kind kind, std::string_view content);
  LEAT_DECL void open(value_kind kind);

  value_tree tree_;
  std::vector<value*> open_;
  value* last_ = nullptr;
  std::vector<const value*> keys_;
};

/// Containers that tell keys apart as their values do, not by a comparison of the user's.
template <class C>
constexpr bool compares_plainly() {
  using key = typename C::key_type;
  if constexpr (requires { typename C::key_compare; }) {
    using by = typename C::key_compare;
    return std::is_same_v<by, std::less<key>> || std::is_same_v<by, std::less<>> || std::is_same_v<by, std::greater<key>> ||
           std::is_same_v<by, std::greater<>>;
  } else if constexpr (requires { typename C::key_equal; }) {
    using by = typename C::key_equal;
    return std::is_same_v<by, std::equal_to<key>> || std::is_same_v<by, std::equal_to<>>;
  }
  return false;
}

template <class Key, class C, class KeyOf>
key_values keys_of(const C& x, KeyOf key_of) {
  key_values keys;
  for (const auto& e : x) {
    wire_codec<Key>::encode(keys, key_of(e));
    keys.end_key();
  }
  return keys;
}

/// Refuses keys that are different in C++ and equal in Python; costs nothing where there are none such.
template <class Key, class C, class KeyOf>
void check_keys(const C& x, const char* what, KeyOf key_of, std::string (*type)()) {
  if (x.size() < 2) return;
  keys_of<Key>(x, key_of).check(what, type());
}

/// The start of what is said of keys that become the same.
LEAT_DECL std::string different_keys(const char* what, const std::string& type);

}  // namespace leat::wire

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/wire/impl/same_keys.ipp>
#endif

#endif
