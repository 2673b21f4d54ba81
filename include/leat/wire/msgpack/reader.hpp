// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_MSGPACK_READER_HPP
#define LEAT_WIRE_MSGPACK_READER_HPP

#include <leat/wire/endian.hpp>
#include <leat/wire/utf8.hpp>
#include <leat/wire/value.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace leat::wire {

/// Reads msgpack in the order a C++ type expects it. Each call returns false for anything else; the element is then read again
/// as a `value`, which tells what it is. Lists, tuples and sets are all arrays.
class msgpack_reader {
 public:
  explicit msgpack_reader(std::string_view body, std::size_t at = 0)
      : begin_(body.data()), p_(begin_ + at), end_(begin_ + body.size()) {}

  /// The bytes read so far.
  std::size_t position() const { return static_cast<std::size_t>(p_ - begin_); }

  bool none() {
    if (p_ == end_ || code() != 0xC0) return false;
    ++p_;
    return true;
  }
  bool boolean(bool& x) {
    if (p_ == end_ || (code() != 0xC2 && code() != 0xC3)) return false;
    x = code() == 0xC3;
    ++p_;
    return true;
  }
  bool integer(std::int64_t& x) {
    if (p_ == end_) return false;
    const unsigned c = code();
    if (c < 0x80 || c >= 0xE0) {
      x = static_cast<std::int8_t>(c);
      ++p_;
      return true;
    }
    switch (c) {
      case 0xCC:
        return number<std::uint8_t>(x);
      case 0xCD:
        return number<std::uint16_t>(x);
      case 0xCE:
        return number<std::uint32_t>(x);
      case 0xCF:
        if (left() < 9 || static_cast<unsigned char>(p_[1]) >= 0x80) return false;
        return number<std::uint64_t>(x);
      case 0xD0:
        return number<std::uint8_t, std::int8_t>(x);
      case 0xD1:
        return number<std::uint16_t, std::int16_t>(x);
      case 0xD2:
        return number<std::uint32_t, std::int32_t>(x);
      case 0xD3:
        return number<std::uint64_t, std::int64_t>(x);
      default:
        return false;
    }
  }
  bool natural(std::uint64_t& x) {
    if (p_ != end_ && code() == 0xCF) return number<std::uint64_t>(x);
    std::int64_t i;
    if (!integer(i) || i < 0) return false;
    x = static_cast<std::uint64_t>(i);
    return true;
  }
  bool next_is_real() const { return p_ != end_ && (code() == 0xCB || code() == 0xCA); }
  bool real(double& x) {
    if (p_ == end_) return false;
    if (code() == 0xCB) {
      std::uint64_t bits;
      if (!number<std::uint64_t>(bits)) return false;
      x = std::bit_cast<double>(bits);
      return true;
    }
    if (code() == 0xCA) {
      std::uint32_t bits;
      if (!number<std::uint32_t>(bits)) return false;
      x = static_cast<double>(std::bit_cast<float>(bits));
      return true;
    }
    std::int64_t i;
    constexpr std::int64_t exact = std::int64_t{1} << 53;
    if (!integer(i) || i > exact || i < -exact) return false;
    x = static_cast<double>(i);
    return true;
  }
  bool str(std::string_view& x) {
    if (p_ == end_) return false;
    if (const unsigned c = code(); c >> 5 == 5) {
      if (!text(1, c & 31, x)) return false;
    } else if (!sized_text(0xD9, x)) {
      return false;
    }
    return valid_utf8(x);
  }
  bool bytes(std::string_view& x) { return p_ != end_ && sized_text(0xC4, x); }

  bool begin_tuple(std::size_t n) {
    std::uint32_t there;
    return count(0x90, 0xDC, there) && there == n;
  }
  bool end_tuple(std::size_t) { return true; }

  /// An array; `item` reads one element and adds it.
  template <class Item, class Undo>
  bool list(Item item, Undo) {
    std::uint32_t n;
    return count(0x90, 0xDC, n) && each(n, item);
  }
  template <class Item, class Undo>
  bool set(Item item, Undo undo) {
    return list(item, undo);
  }
  template <class Item, class Undo>
  bool dict(Item item, Undo) {
    std::uint32_t n;
    return count(0x80, 0xDE, n) && each(n, item);
  }

  /// The length of an array, whose elements follow.
  bool array(std::uint32_t& n) { return count(0x90, 0xDC, n); }

  /// What comes next, where that is certain; `object` otherwise.
  value_kind next_kind() const {
    if (p_ == end_) return value_kind::object;
    const unsigned c = code();
    if (c < 0x80 || c >= 0xE0 || (c >= 0xCC && c <= 0xD3)) return value_kind::integer;
    if (c >> 4 == 8 || c == 0xDE || c == 0xDF) return value_kind::dict;
    if (c >> 5 == 5 || (c >= 0xD9 && c <= 0xDB)) return value_kind::str;
    if (c == 0xC0) return value_kind::none;
    if (c == 0xC2 || c == 0xC3) return value_kind::boolean;
    if (c >= 0xC4 && c <= 0xC6) return value_kind::bytes;
    if (c == 0xCA || c == 0xCB) return value_kind::real;
    return value_kind::object;
  }

 private:
  unsigned code() const { return static_cast<unsigned char>(*p_); }
  std::size_t left() const { return static_cast<std::size_t>(end_ - p_); }

  /// A number behind its type's byte, big-endian; `As` gives it a sign.
  template <class U, class As = U, class T>
  bool number(T& x) {
    if (left() < 1 + sizeof(U)) return false;
    x = static_cast<T>(static_cast<As>(get_big<U>(p_ + 1)));
    p_ += 1 + sizeof(U);
    return true;
  }
  bool text(std::size_t head, std::size_t n, std::string_view& x) {
    if (left() < head || n > left() - head) return false;
    x = {p_ + head, n};
    p_ += head + n;
    return true;
  }
  /// Three codes from `first` on say that the length takes one, two or four bytes.
  bool sized_text(unsigned first, std::string_view& x) {
    switch (code() - first) {
      case 0:
        return left() >= 2 && text(2, get_big<std::uint8_t>(p_ + 1), x);
      case 1:
        return left() >= 3 && text(3, get_big<std::uint16_t>(p_ + 1), x);
      case 2:
        return left() >= 5 && text(5, get_big<std::uint32_t>(p_ + 1), x);
      default:
        return false;
    }
  }
  bool count(unsigned small, unsigned first, std::uint32_t& n) {
    if (p_ == end_) return false;
    const unsigned c = code();
    if ((c & 0xF0) == small) {
      n = c & 15;
      ++p_;
      return true;
    }
    if (c == first) return number<std::uint16_t>(n);
    return c == first + 1 && number<std::uint32_t>(n);
  }
  template <class Item>
  static bool each(std::uint32_t n, Item& item) {
    for (; n != 0; --n)
      if (!item()) return false;
    return true;
  }

  const char* begin_;
  const char* p_;
  const char* end_;
};

}  // namespace leat::wire

#endif
