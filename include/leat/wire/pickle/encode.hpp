// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_PICKLE_ENCODE_HPP
#define LEAT_WIRE_PICKLE_ENCODE_HPP

#include <leat/core/heap_array.hpp>
#include <leat/wire/buffer.hpp>
#include <leat/wire/calendar.hpp>
#include <leat/wire/codec.hpp>
#include <leat/wire/endian.hpp>
#include <leat/wire/pickle/opcodes.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace leat::wire {

/// Bytes that one token takes at most.
inline constexpr std::size_t pickle_token = 11;

/// Writes tokens to memory that is known to suffice.
class pickle_bounded_writer {
 public:
  explicit pickle_bounded_writer(char* out) : p_(out) {}
  char* position() const { return p_; }

  void op(int code) { *p_++ = static_cast<char>(code); }
  void none() { op(op_none); }
  void boolean(bool x) { op(x ? op_newtrue : op_newfalse); }
  void integer(std::int64_t x) {
    auto bits = static_cast<std::uint64_t>(x);
    if (bits < 256) {
      op(op_binint1);
      op(static_cast<int>(bits));
    } else if (bits < 65536) {
      op(op_binint2);
      p_ = put_little(p_, static_cast<std::uint16_t>(bits));
    } else if (x == static_cast<std::int32_t>(x)) {
      op(op_binint);
      p_ = put_little(p_, static_cast<std::uint32_t>(bits));
    } else {
      op(op_long1);
      op(8);
      p_ = put_little(p_, bits);
    }
  }
  void natural(std::uint64_t x) {
    if (x <= INT64_MAX) return integer(static_cast<std::int64_t>(x));
    op(op_long1);
    op(9);
    p_ = put_little(p_, x);
    op(0);
  }
  void real(double x) {
    op(op_binfloat);
    p_ = put_big(p_, std::bit_cast<std::uint64_t>(x));
  }
  void begin_tuple(std::size_t n) {
    if (n > 3) op(op_mark);
  }
  void end_tuple(std::size_t n) { op(n > 3 ? op_tuple : n == 0 ? op_empty_tuple : op_tuple1 + static_cast<int>(n) - 1); }

 private:
  char* p_;
};

/// Remembers short dict keys, and what is written as it is, by where they stand in a batch's buffer. A fixed table without
/// chains: keys that collide are written again, so keys that never repeat cost little.
class key_memo {
 public:
  void clear() { used_ = 0; }

  /// The memo index of `key` where it was written before; otherwise -1, and `fresh` is the index to store it under, or -1.
  /// `head` says how many bytes stand in front of it: keys of different heads are different.
  int find(std::string_view key, const buffer& out, int& fresh, std::uint8_t head = 2) {
    if (!slots_) slots_ = core::heap_array(new slot[slots]());
    if (used_ == 0) std::memset(slots_.get(), 0, slots * sizeof(slot));
    slot& s = slots_[hash(key) ^ (head ^ 2u)];
    fresh = -1;
    if (s.size == 0) {
      s.size = static_cast<std::uint8_t>(key.size());
      s.head = head;
      s.index = static_cast<std::uint32_t>(used_);
      s.offset = out.size() + head;
      fresh = used_++;
      return -1;
    }
    bool same = s.size == key.size() && s.head == head && std::memcmp(out.data() + s.offset, key.data(), key.size()) == 0;
    return same ? static_cast<int>(s.index) : -1;
  }
  static bool takes(std::string_view key) { return !key.empty() && key.size() <= 64; }

 private:
  static constexpr std::size_t slots = 256;
  struct slot {
    std::uint8_t size, head;
    std::uint32_t index;
    std::size_t offset;
  };

  static std::size_t hash(std::string_view key) {
    std::uint64_t first = 0, last = 0;
    if (key.size() >= 8) {
      std::memcpy(&first, key.data(), 8);
      std::memcpy(&last, key.data() + key.size() - 8, 8);
    } else {
      for (char c : key) first = first << 8 | static_cast<unsigned char>(c);
    }
    return static_cast<std::size_t>(((first ^ (last << 1 | last >> 63) ^ key.size()) * 0x9E3779B97F4A7C15u) >> 56);
  }

  core::heap_array<slot> slots_;
  int used_ = 0;
};

/// Writes tokens to a buffer, without memo but for dict keys.
class pickle_writer {
 public:
  pickle_writer(buffer& out, key_memo& keys) : out_(out), keys_(keys) {}

  void none() {
    key_ = false;
    out_.push(op_none);
  }
  void boolean(bool x) {
    token([x](auto& w) { w.boolean(x); });
  }
  void integer(std::int64_t x) {
    token([x](auto& w) { w.integer(x); });
  }
  void natural(std::uint64_t x) {
    token([x](auto& w) { w.natural(x); });
  }
  void real(double x) {
    token([x](auto& w) { w.real(x); });
  }
  void begin_tuple(std::size_t n) {
    token([n](auto& w) { w.begin_tuple(n); });
  }
  void end_tuple(std::size_t n) {
    token([n](auto& w) { w.end_tuple(n); });
  }

  /// Says that the next string is a dict's key.
  void key() { key_ = true; }
  void str(std::string_view text) {
    if (key_) {
      key_ = false;
      if (key_memo::takes(text)) return key_text(text);
    }
    sized(text, op_short_binunicode, op_binunicode, op_binunicode8);
  }
  void bytes(std::string_view raw) {
    key_ = false;
    sized(raw, op_short_binbytes, op_binbytes, op_binbytes8);
  }

  void bytearray(std::string_view raw) {
    key_ = false;
    char* p = out_.grow(raw.size() + 9);
    *p++ = static_cast<char>(op_bytearray8);
    p = put_little(p, std::uint64_t{raw.size()});
    if (!raw.empty()) std::memcpy(p, raw.data(), raw.size());
    out_.commit(p + raw.size());
  }
  /// An int of any size, given as two's complement, little-endian.
  void big(std::string_view raw) {
    key_ = false;
    char* p = out_.grow(raw.size() + 5);
    *p++ = static_cast<char>(raw.size() < 256 ? op_long1 : op_long4);
    if (raw.size() < 256) {
      *p++ = static_cast<char>(raw.size());
    } else {
      p = put_little(p, static_cast<std::uint32_t>(raw.size()));
    }
    if (!raw.empty()) std::memcpy(p, raw.data(), raw.size());
    out_.commit(p + raw.size());
  }
  void complex(double re, double im) {
    constant("cbuiltins\ncomplex\n");
    real(re);
    real(im);
    out_.append("\x86R", 2);
  }
  /// An array of numpy that nobody may write to: the type of its elements as numpy names it, and their bytes.
  void array(char code, std::string_view type, std::span<const std::size_t> shape, std::string_view raw) {
    constant("cnumpy\nndarray\n");
    begin_tuple(3);
    begin_tuple(shape.size());
    for (const std::size_t e : shape) natural(e);
    end_tuple(shape.size());
    if (code == 'E')
      constant("cml_dtypes\nbfloat16\n");  // by its name it is known only to those who have imported that
    else
      str(type);
    bytes(raw);
    end_tuple(3);
    out_.push(op_reduce);
  }
  /// A datetime: of UTC, in microseconds from 1970 on.
  void moment(std::int64_t microseconds) {
    datetime(microseconds);
    static constexpr char utc[] = "cdatetime\ntimezone\ncdatetime\ntimedelta\nK\0K\0K\0\x87R\x85R";
    constant({utc, sizeof utc - 1});
    out_.append("\x86R", 2);
  }
  /// A datetime without zone.
  void local(std::int64_t microseconds) {
    datetime(microseconds);
    out_.append("\x85R", 2);
  }
  void date(std::int64_t days) {
    constant("cdatetime\ndate\n");
    char* p = out_.grow(8);
    put_date(p + 2, days);
    p[0] = op_short_binbytes;
    p[1] = 4;
    out_.advance(6);
    out_.append("\x85R", 2);
  }
  /// A timedelta; the microseconds are those of its last day, never negative.
  void span(std::int64_t days, std::int64_t microseconds) {
    constant("cdatetime\ntimedelta\n");
    integer(days);
    integer(microseconds / 1'000'000);
    integer(microseconds % 1'000'000);
    out_.append("\x87R", 2);
  }

  /// Sets are frozensets from here on (+1), or no longer (-1): what is hashed holds no others.
  void freeze(int change) { frozen_ += change; }

  /// An instance of a class, given as `cMODULE\nNAME\n`, called with the dict that follows as keywords. A call by keywords
  /// has no opcode: `functools.partial`, given its state, makes it.
  void begin_instance(std::string_view code) {
    constant("cfunctools\npartial\n");
    constant(code);
    out_.append("\x85R(", 3);
    constant(code);
    out_.push(op_empty_tuple);
  }
  void end_instance() { out_.append("Ntb)R", 5); }

  void begin_list(std::size_t n) { begin(op_empty_list, n > 0); }
  void end_list(std::size_t n) {
    if (n > 0) out_.push(op_appends);
  }
  void begin_dict(std::size_t n) {
    key_ = false;
    begin(op_empty_dict, n > 0);
  }
  void end_dict(std::size_t n) {
    if (n > 0) out_.push(op_setitems);
  }
  void begin_set(std::size_t n) {
    if (frozen_ == 0) return begin(op_empty_set, n > 0);
    out_.push(op_mark);
  }
  void end_set(std::size_t n) {
    if (frozen_ != 0 || n > 0) out_.push(static_cast<char>(frozen_ != 0 ? op_frozenset : op_additems));
  }

 private:
  template <class F>
  void token(F f) {
    key_ = false;
    pickle_bounded_writer w(out_.grow(pickle_token));
    f(w);
    out_.commit(w.position());
  }
  void begin(int code, bool mark) {
    char* p = out_.grow(2);
    p[0] = static_cast<char>(code);
    p[1] = op_mark;
    out_.advance(mark ? 2 : 1);
  }
  void sized(std::string_view text, int small, int medium, int large) {
    std::size_t n = text.size();
    char* p = out_.grow(n + 9);
    if (n < 256) {
      *p++ = static_cast<char>(small);
      *p++ = static_cast<char>(n);
    } else if (n <= UINT32_MAX) {
      *p++ = static_cast<char>(medium);
      p = put_little(p, static_cast<std::uint32_t>(n));
    } else {
      *p++ = static_cast<char>(large);
      p = put_little(p, std::uint64_t{n});
    }
    if (n != 0) std::memcpy(p, text.data(), n);
    out_.commit(p + n);
  }
  void datetime(std::int64_t microseconds) {
    constant("cdatetime\ndatetime\n");
    char* p = out_.grow(12);
    p[0] = op_short_binbytes;
    p[1] = 10;
    put_datetime(p + 2, microseconds);
    out_.advance(12);
  }
  /// Opcodes that push one value, which later ones recall.
  void constant(std::string_view code) {
    key_ = false;
    int fresh;
    if (code.size() > 255) return out_.append(code);
    int known = keys_.find(code, out_, fresh, 0);
    if (known < 0) out_.append(code);
    remember(known, fresh);
  }
  void key_text(std::string_view text) {
    int fresh;
    int known = keys_.find(text, out_, fresh);
    if (known < 0) sized(text, op_short_binunicode, op_binunicode, op_binunicode8);
    remember(known, fresh);
  }
  void remember(int known, int fresh) {
    if (known < 0 && fresh < 0) return;
    char* p = out_.grow(2);
    p[0] = known < 0 ? op_binput : op_binget;
    p[1] = static_cast<char>(known < 0 ? fresh : known);
    out_.advance(2);
  }

  buffer& out_;
  key_memo& keys_;
  bool key_ = false;
  int frozen_ = 0;
};

template <class T>
void pickle_put(buffer& out, key_memo& keys, const T& x) {
  if constexpr (wire_codec<T>::tokens != unbounded) {
    pickle_bounded_writer w(out.grow(wire_codec<T>::tokens * pickle_token));
    wire_codec<T>::encode(w, x);
    out.commit(w.position());
  } else {
    pickle_writer w(out, keys);
    wire_codec<T>::encode(w, x);
  }
}

/// What a batch has in common, whatever its elements.
class pickle_batch {
 public:
  void begin(buffer& out) {
    keys_.clear();
    out.append("\x80\x05](", 4);
  }
  void end(buffer& out, std::size_t) { out.append("e.", 2); }

 protected:
  key_memo keys_;
};

/// Writes a batch as one pickled list: `begin`, `put` for each element, `end`, all into the same buffer.
template <class T>
class pickle_encoder : public pickle_batch {
 public:
  void put(buffer& out, const T& x) { pickle_put(out, keys_, x); }
};

}  // namespace leat::wire

#endif
