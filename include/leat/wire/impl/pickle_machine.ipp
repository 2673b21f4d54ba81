// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_IMPL_PICKLE_MACHINE_IPP
#define LEAT_WIRE_IMPL_PICKLE_MACHINE_IPP

#include <leat/wire/endian.hpp>
#include <leat/wire/impl/pickle_calls.ipp>
#include <leat/wire/pickle/machine.hpp>
#include <leat/wire/pickle/opcodes.hpp>
#include <leat/wire/utf8.hpp>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>
#include <string>

namespace leat::wire {

/// The stack machine of pickle, over data only.
class pickle_machine : pickle_calls {
 public:
  pickle_machine(std::string_view body, value_tree& tree) : pickle_calls(body, tree) {}

  const value& run() {
    for (;;) {
      opcode_at_ = p_;
      int code = static_cast<unsigned char>(*take(1).data());
      if (code == op_stop) break;
      if (!scalar(code) && !text(code) && !container(code) && !memo(code) && !object(code)) broken("unknown opcode");
    }
    if (p_ != end_) broken("bytes after its end");
    return *pop();
  }

 private:
  bool scalar(int code) {
    switch (code) {
      case op_proto:
        if (auto version = little<std::uint8_t>(); version > 5) broken("protocol " + std::to_string(version) + " is not known");
        return true;
      case op_frame:
        little<std::uint64_t>();
        return true;
      case op_none:
        push(kind::none);
        return true;
      case op_newtrue:
      case op_newfalse:
        push(kind::boolean).truth = code == op_newtrue;
        return true;
      case op_binint1:
        push(kind::integer).integer = little<std::uint8_t>();
        return true;
      case op_binint2:
        push(kind::integer).integer = little<std::uint16_t>();
        return true;
      case op_binint:
        push(kind::integer).integer = static_cast<std::int32_t>(little<std::uint32_t>());
        return true;
      case op_long1:
      case op_long4:
        integer(take(sized(code == op_long1 ? 1 : 4)));
        return true;
      case op_int: {
        auto digits = line();
        if (digits == "00" || digits == "01") {
          push(kind::boolean).truth = digits == "01";
        } else {
          decimal(digits);
        }
        return true;
      }
      case op_long: {
        auto digits = line();
        if (!digits.empty() && digits.back() == 'L') digits.remove_suffix(1);
        decimal(digits);
        return true;
      }
      case op_float:
        push(kind::real).real = number<double>(line());
        return true;
      case op_binfloat:
        push(kind::real).real = std::bit_cast<double>(get_big<std::uint64_t>(take(8).data()));
        return true;
      default:
        return false;
    }
  }

  std::string_view raw_unicode_escape(std::string_view in) {
    std::string out;
    for (std::size_t i = 0; i < in.size();) {
      char c = in[i++];
      if (c != '\\' || i == in.size() || (in[i] != 'u' && in[i] != 'U')) {
        append_utf8(out, static_cast<unsigned char>(c));
        if (c == '\\' && i != in.size()) append_utf8(out, static_cast<unsigned char>(in[i++]));
        continue;
      }
      std::size_t width = in[i++] == 'u' ? 4 : 8;
      std::uint32_t point = 0;
      if (in.size() - i < width) broken("a malformed escape");
      auto [stop, failure] = std::from_chars(in.data() + i, in.data() + i + width, point, 16);
      if (failure != std::errc{} || stop != in.data() + i + width || point > 0x10FFFF) broken("a malformed escape");
      append_utf8(out, point);
      i += width;
    }
    return tree_.keep(std::move(out));
  }

  bool text(int code) {
    switch (code) {
      case op_unicode:
        push(kind::str).text = raw_unicode_escape(line());
        return true;
      case op_short_binunicode:
        push(kind::str).text = take(sized(1));
        return true;
      case op_binunicode:
        push(kind::str).text = take(sized(4));
        return true;
      case op_binunicode8:
        push(kind::str).text = take(sized(8));
        return true;
      case op_short_binbytes:
        push(kind::bytes).text = take(sized(1));
        return true;
      case op_binbytes:
        push(kind::bytes).text = take(sized(4));
        return true;
      case op_binbytes8:
        push(kind::bytes).text = take(sized(8));
        return true;
      case op_bytearray8:
        push(kind::bytearray).text = take(sized(8));
        return true;
      case op_string: {  // Python 2's str
        auto quoted = line();
        if (quoted.size() < 2 || quoted.front() != quoted.back() || quoted.find('\\') != quoted.npos)
          broken("a malformed string");
        push(kind::str).text = quoted.substr(1, quoted.size() - 2);
        return true;
      }
      case op_short_binstring:
        push(kind::str).text = take(sized(1));
        return true;
      case op_binstring:
        push(kind::str).text = take(sized(4));
        return true;
      default:
        return false;
    }
  }

  bool container(int code) {
    switch (code) {
      case op_mark:
        if (marks_.size() == max_depth) broken("it nests deeper than " + std::to_string(max_depth));
        marks_.push_back(stack_.size());
        return true;
      case op_pop:
        if (!marks_.empty() && marks_.back() == stack_.size()) {
          marks_.pop_back();
        } else {
          pop();
        }
        return true;
      case op_pop_mark:
        stack_.resize(pop_mark());
        return true;
      case op_dup:
        stack_.push_back(top());
        return true;
      case op_empty_list:
        push(kind::list);
        return true;
      case op_empty_dict:
        push(kind::dict);
        return true;
      case op_empty_set:
        push(kind::set);
        return true;
      case op_empty_tuple:
        push(kind::tuple);
        return true;
      case op_list:
        make_from(kind::list, pop_mark());
        return true;
      case op_tuple:
        make_from(kind::tuple, pop_mark());
        return true;
      case op_frozenset:
        make_from(kind::frozenset, pop_mark());
        return true;
      case op_dict: {
        std::size_t from = pop_mark();
        if ((stack_.size() - from) % 2 != 0) broken("a key without value");
        make_from(kind::dict, from);
        return true;
      }
      case op_tuple1:
      case op_tuple2:
      case op_tuple3:
        make_last(kind::tuple, static_cast<std::size_t>(code - op_tuple1 + 1));
        return true;
      case op_append:
        if (stack_.size() - floor() < 2) broken("an empty stack");
        extend(kind::list, stack_.size() - 1, "list");
        return true;
      case op_setitem:
        if (stack_.size() - floor() < 3) broken("an empty stack");
        extend(kind::dict, stack_.size() - 2, "dict", true);
        return true;
      case op_appends:
        extend(kind::list, pop_mark(), "list");
        return true;
      case op_setitems:
        extend(kind::dict, pop_mark(), "dict", true);
        return true;
      case op_additems:
        extend(kind::set, pop_mark(), "set");
        return true;
      default:
        return false;
    }
  }

  bool memo(int code) {
    switch (code) {
      case op_memoize:
        remember(memo_.size());
        return true;
      case op_put:
        remember(number<std::uint64_t>(line()));
        return true;
      case op_binput:
        remember(sized(1));
        return true;
      case op_long_binput:
        remember(sized(4));
        return true;
      case op_get:
        recall(number<std::uint64_t>(line()));
        return true;
      case op_binget:
        recall(sized(1));
        return true;
      case op_long_binget:
        recall(sized(4));
        return true;
      default:
        return false;
    }
  }

  void named(kind k, std::string_view name) { push(k).text = name; }

  bool object(int code) {
    switch (code) {
      case op_global: {
        auto module = line();
        named(kind::global, qualified(module, line()));
        return true;
      }
      case op_stack_global: {
        auto name = pop()->text;
        auto module = pop()->text;
        named(kind::global, qualified(module, name));
        return true;
      }
      case op_reduce:
      case op_newobj:
        call_top();
        return true;
      case op_newobj_ex: {
        pop();
        call_top();
        return true;
      }
      case op_build: {
        value* state = pop();
        if (value* made = top(); made->kind == kind::object) {
          made->small = made->items.empty() && state->kind == kind::dict;
          add(*made, state);
        }
        return true;
      }
      case op_inst: {
        auto module = line();
        auto name = qualified(module, line());
        make_from(kind::object, pop_mark());
        stack_.back()->text = name;
        return true;
      }
      case op_obj: {
        std::size_t from = pop_mark();
        if (from == stack_.size()) broken("an empty stack");
        auto name = stack_[from]->text;
        stack_.erase(stack_.begin() + static_cast<std::ptrdiff_t>(from));
        make_from(kind::object, from);
        stack_.back()->text = name;
        return true;
      }
      case op_persid:
        line();
        named(kind::object, "persistent object");
        return true;
      case op_binpersid:
        pop();
        named(kind::object, "persistent object");
        return true;
      case op_ext1:
      case op_ext2:
      case op_ext4:
        take(std::size_t{1} << (code - op_ext1));
        named(kind::global, "extension");
        return true;
      case op_next_buffer:
        named(kind::object, "out-of-band buffer");
        return true;
      case op_readonly_buffer:
        return true;
      default:
        return false;
    }
  }
};

LEAT_DECL const value& unpickle(std::string_view body, value_tree& tree) { return pickle_machine(body, tree).run(); }

}  // namespace leat::wire

#endif
