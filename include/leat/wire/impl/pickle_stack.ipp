// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_IMPL_PICKLE_STACK_IPP
#define LEAT_WIRE_IMPL_PICKLE_STACK_IPP

#include <leat/core/error.hpp>
#include <leat/wire/endian.hpp>
#include <leat/wire/pickle/machine.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace leat::wire {

/// What the opcodes of a pickle work on: the bytes, the stack with its marks, and the memo.
class pickle_stack {
 protected:
  using kind = value_kind;

  pickle_stack(std::string_view body, value_tree& tree)
      : begin_(body.data()), p_(begin_), end_(p_ + body.size()), tree_(tree) {}

  [[noreturn]] void broken(const std::string& why) const {
    throw protocol_error("this is no pickle that can be read: " + why + " at byte " + std::to_string(opcode_at_ - begin_) +
                         " of " + std::to_string(end_ - begin_));
  }

  std::string_view take(std::uint64_t n) {
    if (n > static_cast<std::uint64_t>(end_ - p_)) broken("it is cut off");
    std::string_view raw{p_, static_cast<std::size_t>(n)};
    p_ += raw.size();
    return raw;
  }
  template <class T>
  T little() {
    return get_little<T>(take(sizeof(T)).data());
  }
  std::string_view line() {
    auto stop = std::find(p_, end_, '\n');
    if (stop == end_) broken("a line without end");
    auto raw = take(static_cast<std::uint64_t>(stop - p_));
    ++p_;
    return raw;
  }
  std::uint64_t sized(std::size_t width) {
    if (width == 1) return little<std::uint8_t>();
    if (width == 4) return little<std::uint32_t>();
    return little<std::uint64_t>();
  }
  template <class T>
  T number(std::string_view digits) {
    T x{};
    auto [stop, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), x);
    if (failure != std::errc{} || stop != digits.data() + digits.size()) broken("a malformed number");
    return x;
  }

  value& push(kind k) {
    value& v = tree_.make(k);
    stack_.push_back(&v);
    return v;
  }
  std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }
  value* pop() {
    if (stack_.size() <= floor()) broken("an empty stack");
    value* v = stack_.back();
    stack_.pop_back();
    return v;
  }
  value* top() {
    if (stack_.size() <= floor()) broken("an empty stack");
    return stack_.back();
  }
  std::size_t pop_mark() {
    if (marks_.empty()) broken("a MARK is missing");
    std::size_t at = marks_.back();
    marks_.pop_back();
    return at;
  }
  void add(value& to, const value* item) {
    to.items.push_back(item);
    if (item->depth + std::size_t{1} > max_depth) broken("it nests deeper than " + std::to_string(max_depth));
    to.depth = std::max(to.depth, static_cast<std::uint16_t>(item->depth + 1));
  }
  /// Moves what stands above `from` into `to`.
  void gather(value& to, std::size_t from) {
    for (std::size_t i = from; i != stack_.size(); ++i) add(to, stack_[i]);
    stack_.resize(from);
  }
  void make_from(kind k, std::size_t from) {
    value& v = tree_.make(k);
    gather(v, from);
    stack_.push_back(&v);
  }
  void make_last(kind k, std::size_t n) {
    if (stack_.size() - floor() < n) broken("an empty stack");
    make_from(k, stack_.size() - n);
  }
  void extend(kind k, std::size_t from, const char* name, bool pairs = false) {
    if (from == 0 || from <= floor()) broken("an empty stack");
    value& to = *stack_[from - 1];
    if (to.kind == kind::object) {  // a subclass of list or dict, as it is filled
      stack_.resize(from);
      return;
    }
    if (to.kind != k) broken("items for a " + type_of(to) + " where a " + name + " is filled");
    if (pairs && (stack_.size() - from) % 2 != 0) broken("a key without value");
    gather(to, from);
  }

  /// Pushes an int of any size, given as two's complement.
  void integer(std::string_view raw) {
    while (raw.size() > 1) {
      auto high = static_cast<unsigned char>(raw.back()), next = static_cast<unsigned char>(raw[raw.size() - 2]);
      if (!((high == 0 && next < 0x80) || (high == 0xFF && next >= 0x80))) break;
      raw.remove_suffix(1);
    }
    if (raw.size() > 9 || (raw.size() == 9 && raw[8] != 0)) {
      push(kind::big).text = raw;
      return;
    }
    bool negative = !raw.empty() && static_cast<unsigned char>(raw.back()) >= 0x80;
    std::uint64_t bits = negative ? ~std::uint64_t{0} : 0;
    for (std::size_t i = std::min<std::size_t>(raw.size(), 8); i-- != 0;) bits = bits << 8 | static_cast<unsigned char>(raw[i]);
    if (raw.size() == 9) {
      push(kind::natural).natural = bits;
    } else {
      push(kind::integer).integer = static_cast<std::int64_t>(bits);
    }
  }
  /// Pushes an int given as decimal digits.
  void decimal(std::string_view digits) {
    bool negative = !digits.empty() && digits.front() == '-';
    if (negative) digits.remove_prefix(1);
    if (digits.empty() || digits.size() > 4300) broken("a malformed number");
    std::string raw;
    for (char c : digits) {
      if (c < '0' || c > '9') broken("a malformed number");
      auto carry = static_cast<unsigned>(c - '0');
      for (char& b : raw) {
        carry += static_cast<unsigned char>(b) * 10u;
        b = static_cast<char>(carry & 255);
        carry >>= 8;
      }
      if (carry != 0) raw += static_cast<char>(carry);
    }
    raw += '\0';
    unsigned carry = 1;
    if (negative) {
      for (char& b : raw) {
        carry += 255u - static_cast<unsigned char>(b);
        b = static_cast<char>(carry & 255);
        carry >>= 8;
      }
    }
    integer(tree_.keep(std::move(raw)));
  }

  void remember(std::uint64_t index) {
    if (memo_.size() >= max_memo) broken("its memo is too large");
    memo_[index] = top();
  }
  void recall(std::uint64_t index) {
    auto found = memo_.find(index);
    if (found == memo_.end()) broken("memo " + std::to_string(index) + " was never stored");
    stack_.push_back(found->second);
  }

  const char* begin_;
  const char* p_;
  const char* end_;
  const char* opcode_at_ = nullptr;
  value_tree& tree_;
  std::vector<value*> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint64_t, value*> memo_;
};

}  // namespace leat::wire

#endif
