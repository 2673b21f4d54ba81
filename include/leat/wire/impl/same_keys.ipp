// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_IMPL_SAME_KEYS_IPP
#define LEAT_WIRE_IMPL_SAME_KEYS_IPP

#include <leat/core/error.hpp>
#include <leat/wire/same_keys.hpp>

#include <algorithm>
#include <bit>
#include <iterator>
#include <utility>

namespace leat::wire {

/// Writes a text that is the same for values that are equal in Python. Each begins with a letter and its length.
class equality_writer {
 public:
  explicit equality_writer(std::size_t& nans) : nans_(nans) {}
  std::string out;

  void put(const value& v) {
    switch (v.kind) {
      case value_kind::boolean:
        return integer(v.truth ? 1 : 0);
      case value_kind::integer:
        return integer(v.integer);
      case value_kind::natural:
      case value_kind::big: {
        double x;
        if (exact_double(v, x)) return real(x);
        return token('n', v.kind == value_kind::big ? std::string(v.text) : std::to_string(v.natural));
      }
      case value_kind::real:
        return real(v.real);
      case value_kind::complex:
        if (v.items[0]->real == 0) return real(v.real);
        return parts('c', [&] {
          real(v.real);
          real(v.items[0]->real);
        });
      case value_kind::str:
        return token('s', v.text);
      case value_kind::bytes:
      case value_kind::bytearray:
        return token('b', v.text);
      case value_kind::moment:
        return token('m', std::to_string(v.integer));
      case value_kind::local:
        return token('l', std::to_string(v.integer));
      case value_kind::date:
        return token('d', std::to_string(v.integer));
      case value_kind::span:
        return token('e', std::to_string(v.small) + "," + std::to_string(v.integer));
      case value_kind::frozenset:
        return set(v);
      default:
        return parts(static_cast<char>('A' + static_cast<int>(v.kind)), [&] {
          token('s', v.text);
          for (const value* i : v.items) put(*i);
        });
    }
  }

 private:
  void token(char kind, std::string_view text) {
    out += kind;
    out += std::to_string(text.size());
    out += ':';
    out += text;
  }
  template <class F>
  void parts(char kind, F write) {
    std::string outer = std::exchange(out, {});
    write();
    std::swap(out, outer);
    token(kind, outer);
  }
  void integer(std::int64_t x) { token('i', std::to_string(x)); }
  /// A float that is whole is equal to an int, 0.0 to -0.0, and NaN to nothing.
  void real(double x) {
    constexpr double two_63 = 9223372036854775808.0;
    if (x != x) return token('x', std::to_string(nans_++));
    if (x >= -two_63 && x < two_63 && static_cast<double>(static_cast<std::int64_t>(x)) == x)
      return integer(static_cast<std::int64_t>(x));
    token('f', std::to_string(std::bit_cast<std::uint64_t>(x)));
  }
  void set(const value& v) {
    std::vector<std::string> all;
    for (const value* i : v.items) {
      equality_writer one(nans_);
      one.put(*i);
      all.push_back(std::move(one.out));
    }
    std::sort(all.begin(), all.end());
    parts('S', [&] {
      for (const std::string& one : all) out += one;
    });
  }

  std::size_t& nans_;
};

LEAT_DECL std::string different_keys(const char* what, const std::string& type) {
  return std::string(what) + " that stay different in " + type + " (another one becomes the same)";
}

LEAT_DECL value& key_values::put(value_kind kind) {
  value& v = tree_.make(kind);
  if (open_.empty()) {
    last_ = &v;
  } else {
    open_.back()->items.push_back(&v);
  }
  return v;
}

LEAT_DECL void key_values::natural(std::uint64_t x) {
  if (x <= INT64_MAX) return integer(static_cast<std::int64_t>(x));
  put(value_kind::natural).natural = x;
}
LEAT_DECL void key_values::complex(double re, double im) {
  value& v = put(value_kind::complex);
  v.real = re;
  value& imaginary = tree_.make(value_kind::real);
  imaginary.real = im;
  v.items.push_back(&imaginary);
}
LEAT_DECL void key_values::span(std::int64_t days, std::int64_t microseconds) {
  value& v = put(value_kind::span);
  v.small = static_cast<std::int32_t>(days);
  v.integer = microseconds;
}
LEAT_DECL void key_values::text(value_kind kind, std::string_view content) {
  put(kind).text = tree_.keep(std::string(content));
}
LEAT_DECL void key_values::open(value_kind kind) { open_.push_back(&put(kind)); }
LEAT_DECL void key_values::end_key() { keys_.push_back(last_); }
LEAT_DECL void key_values::begin_instance(std::string_view code) {
  open(value_kind::object);
  std::string name(code.substr(1, code.size() - 2));  // of `cMODULE\nNAME\n`
  std::replace(name.begin(), name.end(), '\n', '.');
  open_.back()->text = tree_.keep(std::move(name));
}

LEAT_DECL std::size_t key_values::repeated() const {
  struct known {
    std::string text;  // equal where the keys are
    std::size_t number;
  };
  std::size_t nans = 0;
  std::vector<known> all;
  all.reserve(keys_.size());
  for (const value* key : keys_) {
    equality_writer writer(nans);
    writer.put(*key);
    all.push_back({std::move(writer.out), all.size()});
  }
  std::sort(all.begin(), all.end(),
            [](const known& a, const known& b) { return a.text != b.text ? a.text < b.text : a.number < b.number; });
  const auto same = std::adjacent_find(all.begin(), all.end(), [](const known& a, const known& b) { return a.text == b.text; });
  return same == all.end() ? keys_.size() : std::next(same)->number;
}

LEAT_DECL void key_values::check(const char* what, const std::string& type) const {
  if (const std::size_t n = repeated(); n != keys_.size())
    throw conversion_error(different_keys(what, type), type_of(*keys_[n]), repr_of(*keys_[n]));
}

}  // namespace leat::wire

#endif
