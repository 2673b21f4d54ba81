// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_PICKLE_IMPL_MERGE_IPP
#define LEAT_WIRE_PICKLE_IMPL_MERGE_IPP

#include <leat/wire/endian.hpp>
#include <leat/wire/pickle/impl/merge_reader.ipp>
#include <leat/wire/pickle/merge.hpp>
#include <leat/wire/pickle/opcodes.hpp>

#include <algorithm>
#include <cstring>

namespace leat::wire {

namespace merge_detail {

inline constexpr std::size_t shortest_text = 4, longest_text = 66;  // of a string that is shared, with opcode and length
inline constexpr std::uint32_t trial = 512;                         // lookups that decide whether a batch's strings repeat
inline constexpr std::uint32_t slots = 128;                         // so that numbers take one byte
inline constexpr std::uint32_t loads_number = slots;
inline constexpr std::uint32_t first_number = slots + 1;  // of what a record stores for itself; the next record overwrites it

/// Protocols that unpicklers treat alike: names are mapped below 3, and are dotted from 4 on.
constexpr std::uint32_t alike(std::uint32_t version) { return version < 3 ? 2 : version == 3 ? 3 : 5; }

/// `end` is where what may be read ends; 16 bytes more than asked for may be written.
inline char* copy(char* p, const char* from, std::size_t n, const char* end) {
  if (n <= 16 && end - from >= 16) {
    std::memcpy(p, from, 16);
  } else if (n != 0) {
    std::memcpy(p, from, n);
  }
  return p + n;
}
inline char* copy(char* p, std::string_view from) {
  if (!from.empty()) std::memcpy(p, from.data(), from.size());
  return p + from.size();
}

inline char* put_number(char* p, int short_code, int long_code, std::uint32_t number) {
  if (number < 256) {
    *p++ = static_cast<char>(short_code);
    *p++ = static_cast<char>(number);
    return p;
  }
  *p++ = static_cast<char>(long_code);
  return put_little(p, number);
}

}  // namespace merge_detail

/// Writes a record's opcodes, but for those that change. Either it drops what is stored, and stops at a recall; or it keeps
/// both, under other numbers.
class pickle_merger::writer {
 public:
  writer(pickle_merger& to, buffer& out, std::string_view pickle, bool keeps)
      : to_(to), out_(out), memo_(to.memo_), keeps_(keeps), from_(pickle.data()), end_(from_ + pickle.size()) {
    memo_.clear();
    enlarge(pickle.size());
  }

  bool recalls() const { return recalls_; }
  void finish() { out_.commit(p_); }

  void protocol(const char* at, const char* stop, std::uint32_t version) {
    skip(at, stop);
    version = merge_detail::alike(version);
    if (version == to_.protocol_) return;
    to_.protocol_ = version;
    *p_++ = static_cast<char>(op_proto);
    *p_++ = static_cast<char>(version);
  }
  void drop(const char* at, const char* stop) { skip(at, stop); }
  void text(const char* at, const char* stop) {
    const auto size = static_cast<std::size_t>(stop - at);
    if (size < merge_detail::shortest_text || size > merge_detail::longest_text || !repeating()) return;
    ++to_.asked_;
    const found f = find(at, size);
    if (f.known) {
      ++to_.known_;
      skip(at, stop);
      recalled_ = shared_end_ == offset() ? recalled_ + 1 : 1;
      share(op_binget, op_long_binget, f.number);
    } else if (f.fresh) {
      skip(stop, stop);
      to_.slots_[f.number] = {offset() - size, size};
      recalled_ = 0;
      share(op_binput, op_long_binput, f.number);
    }
  }
  /// A class whose two names have just been recalled is one that the memo can hold, too.
  void global(const char* at, const char* stop) {
    skip(at, stop);
    const bool both = shared_end_ == offset() && recalled_ >= 2;
    recalled_ = 0;
    *p_++ = static_cast<char>(op_stack_global);
    if (!both) return;
    constexpr std::size_t size = 5;
    const found f = find(p_ - size, size);
    if (f.known) {
      p_ -= size;
      share(op_binget, op_long_binget, f.number);
    } else if (f.fresh) {
      to_.slots_[f.number] = {offset() - size, size};
      share(op_binput, op_long_binput, f.number);
    }
  }
  bool memoize(const char* at, const char* stop) {
    if (count_ == merge_detail::most_entries) return false;
    store(at, stop, count_);
    return true;
  }
  void store(const char* at, const char* stop, std::uint32_t index) {
    skip(at, stop);
    if (!keeps_) return;
    if (index >= memo_.size()) memo_.resize(index + std::size_t{1});
    std::uint32_t& number = memo_[index];
    count_ += number == 0;
    if (shared_end_ == offset()) {
      number = shared_ + 1;
    } else {
      number = merge_detail::first_number + index + 1;
      put(op_binput, op_long_binput, number - 1);
    }
  }
  bool recall(const merge_detail::reader& in, const char* at, const char* stop, std::uint32_t index) {
    recalls_ = true;
    if (!keeps_) return false;
    if (index >= memo_.size() || memo_[index] == 0) in.broken(at, "memo " + std::to_string(index) + " was never stored");
    skip(at, stop);
    put(op_binget, op_long_binget, memo_[index] - 1);
    return true;
  }

 private:
  struct found {
    std::uint32_t number = 0;
    bool known = false, fresh = false;
  };

  std::size_t offset() const { return static_cast<std::size_t>(p_ - out_.data()); }
  bool repeating() const { return to_.asked_ < merge_detail::trial || to_.known_ * std::uint64_t{6} >= to_.asked_; }

  /// Copies what stands before `at`, and goes on at `stop`; there is room for any opcode then.
  void skip(const char* at, const char* stop) {
    const auto gap = static_cast<std::size_t>(at - from_);
    if (static_cast<std::size_t>(limit_ - p_) < gap + margin) [[unlikely]]
      enlarge(gap);
    p_ = merge_detail::copy(p_, from_, gap, end_);
    from_ = stop;
  }
  [[gnu::noinline]] void enlarge(std::size_t n) {
    if (p_) out_.commit(p_);
    p_ = out_.grow(n + 2 * margin);
    limit_ = out_.data() + out_.capacity();
  }
  void put(int short_code, int long_code, std::uint32_t number) {
    p_ = merge_detail::put_number(p_, short_code, long_code, number);
  }

  void share(int short_code, int long_code, std::uint32_t number) {
    put(short_code, long_code, number);
    shared_ = number;
    shared_end_ = offset();
  }

  /// Looks in the two places where opcodes that push something immutable may have been stored.
  found find(const char* ops, std::size_t size) const {
    std::uint64_t first, last;
    if (size >= 8) {
      std::memcpy(&first, ops, 8);
      std::memcpy(&last, ops + size - 8, 8);
    } else {
      std::uint32_t a, b;
      std::memcpy(&a, ops, 4);
      std::memcpy(&b, ops + size - 4, 4);
      first = a;
      last = b;
    }
    const std::uint64_t mixed = (first ^ (last << 1 | last >> 63) ^ size) * 0x9E3779B97F4A7C15u;
    const auto home = static_cast<std::uint32_t>(mixed >> 57);
    for (std::uint32_t number : {home, home ^ 1}) {
      const slot& s = to_.slots_[number];
      if (s.size == size && std::memcmp(out_.data() + s.at, ops, size) == 0) return {number, true, false};
      if (s.size == 0) return {number, false, true};
    }
    return {};
  }

  static constexpr std::size_t margin = 96;

  pickle_merger& to_;
  buffer& out_;
  std::vector<std::uint32_t>& memo_;  // one more than an entry's number; 0: never stored
  const bool keeps_;
  bool recalls_ = false;
  const char* from_;
  const char* end_;
  char* p_ = nullptr;
  char* limit_ = nullptr;
  std::uint32_t count_ = 0;     // entries stored
  std::uint32_t shared_ = 0;    // the number of what stands on top of the stack
  std::size_t shared_end_ = 0;  // as long as nothing has been written behind it
  std::size_t recalled_ = 0;    // strings recalled in a row, up to there
};

LEAT_DECL void pickle_merger::begin(buffer& out) {
  if (!slots_) slots_ = core::heap_array(new slot[merge_detail::slots]());
  std::fill_n(slots_.get(), merge_detail::slots, slot{});
  protocol_ = 5;
  asked_ = known_ = 0;
  loads_ = false;
  out.append("\x80\x05](", 4);
}

LEAT_DECL void pickle_merger::end(buffer& out) { out.append("e.", 2); }

/// Undoes what a record has added that did not come to its end.
LEAT_DECL void pickle_merger::forget(buffer& out, std::size_t from, std::uint32_t protocol) {
  for (std::size_t i = 0; i != merge_detail::slots; ++i)
    if (slots_[i].at >= from) slots_[i] = {};
  out.commit(out.data() + from);
  protocol_ = protocol;
}

LEAT_DECL bool pickle_merger::put(buffer& out, std::string_view pickle) {
  using merge_detail::outcome;
  const std::size_t from = out.size();
  const std::uint32_t before = protocol_;
  for (;;) {
    marks_.clear();
    writer w(*this, out, pickle, recalls_);
    outcome ended = outcome::apart;
    try {
      ended = merge_detail::reader(pickle).walk(w, marks_);
    } catch (...) {
      forget(out, from, before);
      throw;
    }
    recalls_ = w.recalls();
    if (ended == outcome::whole) {
      w.finish();
      return true;
    }
    forget(out, from, before);
    if (ended == outcome::apart) return false;
  }
}

LEAT_DECL void pickle_merger::put_apart(buffer& out, std::string_view pickle) {
  char* p = out.grow(pickle.size() + 64);
  if (loads_) {
    p = merge_detail::put_number(p, op_binget, op_long_binget, merge_detail::loads_number);
  } else {
    p = merge_detail::put_number(merge_detail::copy(p, "c_pickle\nloads\n"), op_binput, op_long_binput,
                                 merge_detail::loads_number);
    loads_ = true;
  }
  *p++ = static_cast<char>(op_binbytes8);
  p = put_little(p, std::uint64_t{pickle.size()});
  p = merge_detail::copy(p, pickle);
  *p++ = static_cast<char>(op_tuple1);
  *p++ = static_cast<char>(op_reduce);
  out.commit(p);
}

}  // namespace leat::wire

#endif
