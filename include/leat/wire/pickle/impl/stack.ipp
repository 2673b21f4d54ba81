// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_PICKLE_IMPL_STACK_IPP
#define LEAT_WIRE_PICKLE_IMPL_STACK_IPP

#include <leat/core/error.hpp>
#include <leat/wire/endian.hpp>
#include <leat/wire/pickle/impl/text.ipp>
#include <leat/wire/pickle/machine.hpp>
#include <leat/wire/utf8.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace leat::wire {

/// What the opcodes of a pickle work on: the bytes, the stack with its marks, and the memo.
class pickle_stack {
 protected:
  using kind = value_kind;

  pickle_stack(std::string_view body, value_tree& tree)
      : begin_(body.data()), p_(begin_), end_(p_ + body.size()), tree_(tree), budget_(unfold_budget(body.size())) {}

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
  value& push(kind k) {
    value& v = tree_.make(k);
    v.unhashable = k == kind::list || k == kind::dict || k == kind::set || k == kind::bytearray;
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
    const auto depth = static_cast<std::size_t>(item->depth) + 1;
    if (depth > max_depth) too_deep();
    if (depth > to.depth) {
      to.depth = depth & 0xFFF;
      late_ = late_ || to.inside;  // what it stands in does not know
    }
    item->inside = 1;
    if (to.kind == kind::tuple && item->unhashable) to.unhashable = 1;
  }
  [[noreturn]] void too_deep() const { broken("it nests deeper than " + std::to_string(max_depth)); }
  /// Moves what stands above `from` into `to`.
  void gather(value& to, std::size_t from) {
    for (std::size_t i = from; i != stack_.size(); ++i) add(to, stack_[i]);
    stack_.resize(from);
  }
  void make_from(kind k, std::size_t from) {
    value& v = push(k);
    stack_.pop_back();
    gather(v, from);
    stack_.push_back(&v);
  }
  void make_last(kind k, std::size_t n) {
    if (stack_.size() - floor() < n) broken("an empty stack");
    make_from(k, stack_.size() - n);
  }
  void extend(kind k, std::size_t from, const char* name) {
    if (from == 0 || from <= floor()) broken("an empty stack");
    if (from == stack_.size()) return;
    value& to = *stack_[from - 1];
    if (k == kind::dict && (stack_.size() - from) % 2 != 0) broken("a key without value");
    if (to.kind == kind::object) {  // a subclass of list or dict, as it is filled
      stack_.resize(from);
      return;
    }
    if (to.kind != k) broken("items for a " + type_of(to) + " where a " + name + " is filled");
    hashed(k, from);
    gather(to, from);
  }
  /// Looks whether what stands above `from` can be keys of a dict, or stand in a set.
  void hashed(kind k, std::size_t from) {
    if (k != kind::dict && k != kind::set && k != kind::frozenset) return;
    for (std::size_t i = from; i < stack_.size(); i += k == kind::dict ? 2 : 1) hashable(*stack_[i]);
  }
  void hashable(const value& v) const {
    if (v.unhashable) broken("a " + type_of(v) + " has no hash, so it is no key of a dict and stands in no set");
  }

  /// Counts bytes that values are copied to against what a body of this size may unfold to.
  void spend(std::uint64_t n) {
    if (n > budget_) broken("it repeats more than 64 times its bytes and 64 MB");
    budget_ -= n;
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
  /// A text number as `int` takes it.
  pickle_text::decimal decimal(std::string_view text) const {
    pickle_text::decimal number(text);
    if (!number.good) broken("a malformed number");
    return number;
  }
  /// Pushes an int given as text; a leading zero would be octal to some unpicklers.
  void integer_text(std::string_view text) {
    const auto number = decimal(text);
    if (number.digits[0] == '0' && !number.zero()) broken("a malformed number");
    integer(tree_.keep(number.raw()));
  }

  /// Pushes what Python 2 called str: text and bytes alike where it is UTF-8, bytes otherwise.
  void old_text(std::string_view raw) {
    const bool both = valid_utf8(raw);
    value& v = push(both ? kind::str : kind::bytes);
    v.text = raw;
    v.small = both;
  }
  /// Pushes text; lone surrogates are text in Python.
  void utf8(std::string_view text) {
    if (!valid_utf8(text))
      for (const char *p = text.data(), *stop = p + text.size(); p != stop;)
        if (next_utf8(p, stop) == 0xFFFFFFFF) {  // for conversions to name the place
          tree_.malformed = "text that is not UTF-8";
          break;
        }
    push(kind::str).text = text;
  }

  std::uint64_t memo_number(std::string_view text) const {
    const auto number = decimal(text);
    const std::size_t first = std::min(number.digits.find_first_not_of('0'), number.digits.size() - 1);
    std::uint64_t x = 0;
    const char *from = number.digits.data() + first, *stop = number.digits.data() + number.digits.size();
    if ((number.negative && !number.zero()) || std::from_chars(from, stop, x).ec != std::errc{} || x > INT64_MAX)
      broken("a malformed number");
    return x;
  }
  /// Where a number's value stands: numbers that a body of this size can count up to in a row, others in order, since any
  /// hash of them could be made to degrade.
  bool dense(std::uint64_t index) const { return index < static_cast<std::uint64_t>(end_ - begin_); }
  value*& entry(std::uint64_t index) {
    if (!dense(index)) return sparse_[index];
    if (index >= memo_.size()) memo_.resize(std::max<std::size_t>(static_cast<std::size_t>(index) + 1, memo_.size() * 2));
    return memo_[static_cast<std::size_t>(index)];
  }
  void remember(std::uint64_t index) {
    value* const v = top();
    value*& place = entry(index);
    if (place == nullptr && ++remembered_ > max_memo) broken("its memo is too large");
    place = v;
  }
  void recall(std::uint64_t index) {
    value* found = nullptr;
    if (dense(index)) {
      if (index < memo_.size()) found = memo_[static_cast<std::size_t>(index)];
    } else if (const auto at = sparse_.find(index); at != sparse_.end()) {
      found = at->second;
    }
    if (found == nullptr) broken("memo " + std::to_string(index) + " was never stored");
    repeat(*found);
  }
  void repeat(value& v) {
    v.shared = 1;
    stack_.push_back(&v);
  }

  /// Finds nesting too deep that was made by filling what already stood in something.
  void look_deep() const {
    struct step {
      const value* v;
      std::size_t next;
    };
    std::vector<step> path;
    auto enter = [&path](const value* v) {
      v->active = true;
      v->depth = 0;
      path.push_back({v, 0});
    };
    std::size_t looked = 0;
    for (;;) {
      if (path.empty()) {
        while (looked != tree_.size() && tree_.at(looked).looked) ++looked;
        if (looked == tree_.size()) return;
        enter(&tree_.at(looked));
      }
      auto& [v, next] = path.back();
      if (next != v->items.size()) {
        const value* item = v->items[next];
        if (!item->looked && !item->active) {
          enter(item);
          continue;
        }
        ++next;
        if (item->active) continue;  // the converter counts how deep it goes where values contain themselves
        if (item->depth == max_depth) too_deep();
        if (item->depth >= v->depth) v->depth = (item->depth + 1) & 0xFFF;
      } else {
        v->looked = 1;
        v->active = false;
        path.pop_back();
      }
    }
  }

  const char* begin_;
  const char* p_;
  const char* end_;
  const char* opcode_at_ = nullptr;
  value_tree& tree_;
  std::vector<value*> stack_;
  std::vector<std::size_t> marks_;
  std::vector<value*> memo_;
  std::map<std::uint64_t, value*> sparse_;
  std::size_t remembered_ = 0;
  std::uint64_t budget_;
  int protocol_ = 0;
  bool late_ = false;  // something was filled that already stood in something
};

}  // namespace leat::wire

#endif
