// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_PICKLE_READER_HPP
#define LEAT_WIRE_PICKLE_READER_HPP

#include <leat/wire/endian.hpp>
#include <leat/wire/pickle/opcodes.hpp>
#include <leat/wire/utf8.hpp>
#include <leat/wire/value.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace leat::wire {

/// Reads the opcodes that Python's pickler and ours write for plain data, in the order a C++ type expects them. Each call
/// returns false for anything else; the body is then read again by `unpickle`, which knows all forms.
class pickle_reader {
 public:
  explicit pickle_reader(std::string_view body)
      : p_(body.data()), end_(p_ + body.size()), budget_(unfold_budget(body.size())) {}

  bool at_end() const { return p_ == end_; }

  /// The next opcode, past FRAMEs; -1 at the end.
  int peek() {
    while (p_ != end_) {
      int code = static_cast<unsigned char>(*p_);
      if (code != op_frame) [[likely]]
        return code;
      if (!skip_frame()) return -1;
    }
    return -1;
  }
  bool take(int code) {
    if (peek() != code) return false;
    ++p_;
    return true;
  }
  void skip_proto() {
    if (peek() == op_proto && has(2) && static_cast<unsigned char>(p_[1]) <= 5) p_ += 2;
  }

  /// What the next opcode begins, where that is certain; `object` otherwise.
  value_kind next_kind() {
    switch (peek()) {
      case op_none:
        return value_kind::none;
      case op_newtrue:
      case op_newfalse:
        return value_kind::boolean;
      case op_binint1:
      case op_binint2:
      case op_binint:
      case op_long1:
        return value_kind::integer;
      case op_binfloat:
        return value_kind::real;
      case op_short_binunicode:
      case op_binunicode:
      case op_binunicode8:
      case op_binget:
        return value_kind::str;
      case op_short_binbytes:
      case op_binbytes:
      case op_binbytes8:
        return value_kind::bytes;
      case op_empty_list:
        return value_kind::list;
      case op_empty_dict:
        return value_kind::dict;
      case op_empty_set:
        return value_kind::set;
      default:
        return value_kind::object;
    }
  }

  bool none() { return take(op_none); }
  bool boolean(bool& x) {
    int code = peek();
    if (code != op_newtrue && code != op_newfalse) return false;
    x = code == op_newtrue;
    ++p_;
    return true;
  }
  bool integer(std::int64_t& x) {
    switch (peek()) {
      case op_binint1:
        if (!has(2)) return false;
        x = static_cast<unsigned char>(p_[1]);
        p_ += 2;
        return true;
      case op_binint2:
        if (!has(3)) return false;
        x = get_little<std::uint16_t>(p_ + 1);
        p_ += 3;
        return true;
      case op_binint:
        if (!has(5)) return false;
        x = static_cast<std::int32_t>(get_little<std::uint32_t>(p_ + 1));
        p_ += 5;
        return true;
      case op_long1:
        return long1(x);
      default:
        return false;
    }
  }
  /// Reads at most `most` ints while they come in the three short forms, which fit 32 bits; returns how many.
  template <class T>
  std::size_t short_integers(T* out, std::size_t most) {
    const char* p = p_;
    std::size_t n = 0;
    for (; n < most && end_ - p >= 5; ++n) {
      const int code = static_cast<unsigned char>(*p);
      if (code == op_binint) {
        out[n] = static_cast<std::int32_t>(get_little<std::uint32_t>(p + 1));
        p += 5;
      } else if (code == op_binint2) {
        out[n] = get_little<std::uint16_t>(p + 1);
        p += 3;
      } else if (code == op_binint1) {
        out[n] = static_cast<unsigned char>(p[1]);
        p += 2;
      } else {
        break;
      }
    }
    p_ = p;
    return n;
  }
  bool natural(std::uint64_t& x) {
    if (peek() == op_long1 && has(11) && p_[1] == 9 && p_[10] == 0) {
      x = get_little<std::uint64_t>(p_ + 2);
      p_ += 11;
      return true;
    }
    std::int64_t i;
    if (!integer(i) || i < 0) return false;
    x = static_cast<std::uint64_t>(i);
    return true;
  }
  bool next_is_real() { return peek() == op_binfloat; }
  bool real(double& x) {
    if (peek() == op_binfloat) {
      if (!has(9)) return false;
      x = std::bit_cast<double>(get_big<std::uint64_t>(p_ + 1));
      p_ += 9;
      return true;
    }
    std::int64_t i;
    constexpr std::int64_t exact = std::int64_t{1} << 53;
    if (!integer(i) || i > exact || i < -exact) return false;
    x = static_cast<double>(i);
    return true;
  }
  bool str(std::string_view& x) {
    if (!text(op_short_binunicode, op_binunicode, op_binunicode8, x)) return recall(x);
    if (!valid_utf8(x)) return false;
    memo(x);
    return true;
  }
  bool bytes(std::string_view& x) {
    if (!text(op_short_binbytes, op_binbytes, op_binbytes8, x) && (frozen_ != 0 || !text(-1, -1, op_bytearray8, x)))
      return false;
    memo();
    return true;
  }

  /// What is read from here on is hashed (+1), or no longer (-1): a key of a dict, an item of a set.
  void freeze(int change) { frozen_ += change; }

  bool begin_tuple(std::size_t n) { return n < 4 || take(op_mark); }
  bool end_tuple(std::size_t n) {
    if (n == 0) return take(op_empty_tuple);
    if (!take(n > 3 ? op_tuple : op_tuple1 + static_cast<int>(n) - 1)) return false;
    memo();
    return true;
  }

  /// A list; `item` reads one element and adds it, `undo` takes all of them back: what follows an empty list can look like
  /// its first element until the closing opcode.
  template <class Item, class Undo>
  bool list(Item item, Undo undo) {
    return runs(op_empty_list, op_append, op_appends, item, undo);
  }
  template <class Item, class Undo>
  bool dict(Item item, Undo undo) {
    return runs(op_empty_dict, op_setitem, op_setitems, item, undo);
  }
  template <class Item, class Undo>
  bool set(Item item, Undo undo) {
    if (peek() != op_mark) return frozen_ == 0 && runs(op_empty_set, never, op_additems, item, undo);
    ++p_;
    if (run(op_frozenset, item) < 0) return false;
    memo();
    return true;
  }

  /// Skips MEMOIZE and PUT, counting; a string's text can be recalled later.
  void memo(std::string_view text = {}) {
    int code = peek();
    if (code == op_memoize) {
      ++p_;
      remember(count_, text);
    } else if (code == op_binput && has(2)) {
      remember(static_cast<unsigned char>(p_[1]), text);
      p_ += 2;
    } else if (code == op_long_binput && has(5)) {
      remember(get_little<std::uint32_t>(p_ + 1), text);
      p_ += 5;
    }
  }

 private:
  struct state {
    const char* p;
    std::size_t count;
    bool dense;
  };
  state save() const { return {p_, count_, dense_}; }
  void restore(const state& s) {
    p_ = s.p;
    count_ = s.count;
    dense_ = s.dense;
  }

  [[gnu::noinline, gnu::cold]] bool skip_frame() {
    if (!has(9) || get_little<std::uint64_t>(p_ + 1) > static_cast<std::uint64_t>(end_ - p_ - 9)) return false;
    p_ += 9;
    return true;
  }
  bool has(std::size_t n) const { return static_cast<std::size_t>(end_ - p_) >= n; }

  bool long1(std::int64_t& x) {
    if (!has(2)) return false;
    auto n = static_cast<unsigned char>(p_[1]);
    if (n > 8 || !has(2 + std::size_t{n})) return false;
    if (n == 8) {
      x = static_cast<std::int64_t>(get_little<std::uint64_t>(p_ + 2));
    } else {
      std::uint64_t bits = n != 0 && static_cast<signed char>(p_[1 + n]) < 0 ? ~std::uint64_t{0} : 0;
      for (int i = n; i != 0; --i) bits = bits << 8 | static_cast<unsigned char>(p_[1 + i]);
      x = static_cast<std::int64_t>(bits);
    }
    p_ += 2 + n;
    return true;
  }

  bool text(int small, int medium, int large, std::string_view& x) {
    int code = peek();
    std::uint64_t n, head;
    if (code < 0) return false;
    if (code == small) {
      if (!has(2)) return false;
      n = static_cast<unsigned char>(p_[1]);
      head = 2;
    } else if (code == medium) {
      if (!has(5)) return false;
      n = get_little<std::uint32_t>(p_ + 1);
      head = 5;
    } else if (code == large) {
      if (!has(9)) return false;
      n = get_little<std::uint64_t>(p_ + 1);
      head = 9;
    } else {
      return false;
    }
    if (n > static_cast<std::uint64_t>(end_ - p_) - head) return false;
    x = {p_ + head, static_cast<std::size_t>(n)};
    p_ = x.data() + x.size();
    return true;
  }

  void remember(std::size_t index, std::string_view text) {
    if (index != count_) {
      dense_ = false;
    } else if (index < kept) {
      memo_[index] = text;
    }
    ++count_;
  }
  bool recall(std::string_view& x) {
    if (peek() != op_binget || !has(2) || !dense_) return false;
    auto index = static_cast<unsigned char>(p_[1]);
    if (index >= count_ || memo_[index].data() == nullptr) return false;
    const std::uint64_t size = 64 + 2 * static_cast<std::uint64_t>(memo_[index].size());  // no less than the converter counts
    if (size > budget_) return false;
    budget_ -= size;
    x = memo_[index];
    p_ += 2;
    return true;
  }

  /// Items up to the closing opcode; their number, at most `full + 1`, or -1.
  template <class Item>
  int run(int close, Item& item) {
    int n = 0;
    while (!take(close)) {
      if (!item()) return -1;
      n += n <= full;
    }
    return n;
  }

  template <class Item, class Undo>
  bool runs(int empty, int close_one, int close_many, Item& item, Undo& undo) {
    if (!take(empty)) return false;
    memo();
    state before = save();
    if (!take(op_mark)) {
      if (!item() || !take(close_one)) {
        restore(before);
        undo();
      }
      return true;
    }
    int n = run(close_many, item);
    if (n < 0) {
      restore(before);
      undo();
      return true;
    }
    while (n == full && take(op_mark)) {
      n = run(close_many, item);
      if (n < 0) return false;
    }
    return true;
  }

  static constexpr std::size_t kept = 256;
  static constexpr int full = 1000;  // CPython's longest run
  static constexpr int never = -2;

  const char* p_;
  const char* end_;
  std::size_t count_ = 0;
  std::uint64_t budget_;  // bytes that texts may unfold to by being recalled
  int frozen_ = 0;
  bool dense_ = true;
  std::string_view memo_[kept];
};

}  // namespace leat::wire

#endif
