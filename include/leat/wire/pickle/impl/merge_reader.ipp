// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_PICKLE_IMPL_MERGE_READER_IPP
#define LEAT_WIRE_PICKLE_IMPL_MERGE_READER_IPP

#include <leat/core/error.hpp>
#include <leat/wire/endian.hpp>
#include <leat/wire/pickle/opcodes.hpp>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace leat::wire::merge_detail {

/// What an opcode means to the merger: how its argument is cut, and what it does to the stack.
enum argument : std::uint8_t { line = 10, two_lines, counted_1, counted_4, counted_8 };  // smaller: bytes of fixed number
enum class effect : std::uint8_t {
  unknown,
  plain,
  mark,
  pop,
  pop_mark,
  make,  // of what stands above the last MARK
  fill,  // the container below the last MARK
  text,
  global,
  put_text,
  put_1,
  put_4,
  memoize,
  get_text,
  get_1,
  get_4,
  protocol,
  frame,
  stop,
  apart
};

struct rule {
  effect what = effect::unknown;
  std::uint8_t cut = 0, needs = 0;
  std::int8_t gives = 0;
};

consteval std::array<rule, 256> make_rules() {
  std::array<rule, 256> r{};
  auto set = [&r](rule x, std::initializer_list<int> codes) {
    for (int c : codes) r[static_cast<std::size_t>(c)] = x;
  };
  using enum effect;
  set({plain, 0, 0, 1}, {op_none, op_newtrue, op_newfalse, op_empty_list, op_empty_dict, op_empty_set, op_empty_tuple});
  set({plain, 1, 0, 1}, {op_binint1});
  set({plain, 2, 0, 1}, {op_binint2});
  set({plain, 4, 0, 1}, {op_binint});
  set({plain, 8, 0, 1}, {op_binfloat});
  set({plain, line, 0, 1}, {op_int, op_long, op_float, op_unicode, op_string});
  set({plain, two_lines, 0, 1}, {op_global});
  set({plain, counted_1, 0, 1}, {op_long1, op_short_binbytes, op_short_binstring});
  set({text, counted_1, 0, 1}, {op_short_binunicode});
  set({plain, counted_4, 0, 1}, {op_long4, op_binunicode, op_binbytes, op_binstring});
  set({plain, counted_8, 0, 1}, {op_binunicode8, op_binbytes8, op_bytearray8});
  set({plain, 0, 1, 1}, {op_dup});
  set({plain, 0, 1, 0}, {op_tuple1});
  set({plain, 0, 2, -1}, {op_tuple2, op_append, op_reduce, op_newobj, op_build});
  set({plain, 0, 3, -2}, {op_tuple3, op_setitem, op_newobj_ex});
  set({global, 0, 2, -1}, {op_stack_global});
  set({mark, 0, 0, 0}, {op_mark});
  set({pop, 0, 0, 0}, {op_pop});
  set({pop_mark, 0, 0, 0}, {op_pop_mark});
  set({make, 0, 0, 0}, {op_list, op_tuple, op_dict, op_frozenset});
  set({make, two_lines, 0, 0}, {op_inst});
  set({make, 0, 1, 0}, {op_obj});
  set({fill, 0, 0, 0}, {op_appends, op_setitems, op_additems});
  set({put_text, line, 1, 0}, {op_put});
  set({put_1, 1, 1, 0}, {op_binput});
  set({put_4, 4, 1, 0}, {op_long_binput});
  set({memoize, 0, 1, 0}, {op_memoize});
  set({get_text, line, 0, 1}, {op_get});
  set({get_1, 1, 0, 1}, {op_binget});
  set({get_4, 4, 0, 1}, {op_long_binget});
  set({protocol, 1, 0, 0}, {op_proto});
  set({frame, 8, 0, 0}, {op_frame});
  set({stop, 0, 0, 0}, {op_stop});
  set({apart, 0, 0, 0}, {op_persid, op_binpersid, op_ext1, op_ext2, op_ext4, op_next_buffer, op_readonly_buffer});
  return r;
}

inline constexpr std::array<rule, 256> rules = make_rules();

inline constexpr std::size_t most_entries = std::size_t{1} << 20, sparse = 4096;
enum class outcome { whole, apart, recalls };

/// The bytes of an argument that says itself how long it is; more than there are where it is cut off.
inline std::uint64_t cut(std::uint8_t how, const char* p, std::size_t left) {
  constexpr std::uint64_t missing = ~std::uint64_t{0};
  auto find_line = [&](std::size_t from) {
    const void* stop = from < left ? std::memchr(p + from, '\n', left - from) : nullptr;
    return stop ? static_cast<std::uint64_t>(static_cast<const char*>(stop) - p) + 1 : missing;
  };
  switch (how) {
    case line:
      return find_line(0);
    case two_lines: {
      auto first = find_line(0);
      return first == missing ? missing : find_line(static_cast<std::size_t>(first));
    }
    case counted_1:
      return left < 1 ? missing : 1 + std::uint64_t{static_cast<unsigned char>(*p)};
    case counted_4:
      return left < 4 ? missing : 4 + std::uint64_t{get_little<std::uint32_t>(p)};
    default:
      if (left < 8) return missing;
      auto n = get_little<std::uint64_t>(p);
      return n > missing - 8 ? missing : 8 + n;
  }
}

/// Walks over a record's opcodes and tells a visitor about those that may change. The stack must hold one object in the end.
class reader {
 public:
  explicit reader(std::string_view pickle) : begin_(pickle.data()), end_(begin_ + pickle.size()) {}

  template <class Visitor>
  outcome walk(Visitor& v, std::vector<std::size_t>& marks) {
    const char* p = begin_;
    std::size_t depth = 0, floor = 0;
    std::uint32_t version = 0;
    auto drop_mark = [&] {
      depth = floor;
      marks.pop_back();
      floor = marks.empty() ? 0 : marks.back();
    };
    if (p == end_ || static_cast<unsigned char>(*p) != op_proto) v.protocol(p, p, 0);
    for (;;) {
      for (; end_ - p > 9; ++depth) {  // numbers come in runs
        const auto code = static_cast<unsigned char>(*p);
        if (code == op_binint1) {
          p += 2;
        } else if (code == op_binint2) {
          p += 3;
        } else if (code == op_binint) {
          p += 5;
        } else if (code == op_binfloat) {
          p += 9;
        } else {
          break;
        }
      }
      const char* const opcode = p;
      if (p == end_) broken(opcode, "it is cut off");
      const rule rule = rules[static_cast<unsigned char>(*p++)];
      const auto left = static_cast<std::size_t>(end_ - p);
      const std::uint64_t size = rule.cut < line ? rule.cut : cut(rule.cut, p, left);
      if (size > left) broken(opcode, "it is cut off");
      const char* const argument = p;
      p += size;
      if (depth - floor < rule.needs) broken(opcode, "an empty stack");
      depth = depth + static_cast<std::size_t>(static_cast<std::ptrdiff_t>(rule.gives));
      if (rule.what == effect::plain) continue;

      std::uint32_t index = 0;
      switch (rule.what) {
        case effect::text:
          v.text(opcode, p);
          continue;
        case effect::mark:
          marks.push_back(floor = depth);
          continue;
        case effect::pop:
          if (!marks.empty() && depth == floor) {
            drop_mark();
          } else if (depth == floor) {
            broken(opcode, "an empty stack");
          } else {
            --depth;
          }
          continue;
        case effect::pop_mark:
        case effect::make:
        case effect::fill:
          if (marks.empty()) broken(opcode, "a MARK is missing");
          drop_mark();
          if (rule.what == effect::fill && depth == floor) broken(opcode, "an empty stack");
          depth += rule.what == effect::make;
          continue;
        case effect::global:
          if (version >= 4) v.global(opcode, p);
          continue;
        case effect::memoize:
          if (!v.memoize(opcode, p)) return outcome::apart;
          continue;
        case effect::put_1:
        case effect::get_1:
          index = static_cast<unsigned char>(*argument);
          break;
        case effect::put_4:
        case effect::get_4:
          index = get_little<std::uint32_t>(argument);
          break;
        case effect::put_text:
        case effect::get_text:
          if (auto [stop, failure] = std::from_chars(argument, p, index); failure != std::errc{} || stop != p - 1)
            return outcome::apart;
          break;
        case effect::protocol:
          version = static_cast<unsigned char>(*argument);
          if (version > 5) broken(opcode, "protocol " + std::to_string(version) + " is not known");
          v.protocol(opcode, p, version);
          continue;
        case effect::frame:
          if (get_little<std::uint64_t>(argument) > static_cast<std::uint64_t>(end_ - p)) broken(opcode, "it is cut off");
          v.drop(opcode, p);
          continue;
        case effect::stop:
          if (depth == floor) broken(opcode, "an empty stack");
          v.drop(opcode, p);
          return depth == 1 && marks.empty() && p == end_ ? outcome::whole : outcome::apart;
        case effect::apart:
          return outcome::apart;
        default:
          broken(opcode, "unknown opcode");
      }
      if (rule.what == effect::get_1 || rule.what == effect::get_4 || rule.what == effect::get_text) {
        if (!v.recall(*this, opcode, p, index)) return outcome::recalls;
      } else {
        if (index >= most_entries || index > static_cast<std::size_t>(end_ - begin_) + sparse) return outcome::apart;
        v.store(opcode, p, index);
      }
    }
  }

  [[noreturn, gnu::cold]] void broken(const char* at, const std::string& why) const {
    throw protocol_error("this is no pickle that can be merged: " + why + " at byte " + std::to_string(at - begin_) + " of " +
                         std::to_string(end_ - begin_));
  }

 private:
  const char* begin_;
  const char* end_;
};

}  // namespace leat::wire::merge_detail

#endif
