// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_PICKLE_IMPL_MACHINE_IPP
#define LEAT_WIRE_PICKLE_IMPL_MACHINE_IPP

#include <leat/wire/endian.hpp>
#include <leat/wire/pickle/impl/calls.ipp>
#include <leat/wire/pickle/machine.hpp>
#include <leat/wire/pickle/opcodes.hpp>
#include <leat/wire/utf8.hpp>

#include <algorithm>
#include <bit>
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
    const value& whole = *pop();
    if (p_ != end_) broken("bytes after its end");
    if (late_) look_deep();
    return whole;
  }

 private:
  bool scalar(int code) {
    switch (code) {
      case op_proto:
        protocol_ = little<std::uint8_t>();
        if (protocol_ > 5) broken("protocol " + std::to_string(protocol_) + " is not known");
        return true;
      case op_frame:
        if (little<std::uint64_t>() > static_cast<std::uint64_t>(end_ - p_)) broken("it is cut off");
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
        integer(take(code == op_long1 ? sized(1) : signed_size()));
        return true;
      case op_int: {
        auto digits = line();
        if (digits == "00" || digits == "01") {
          push(kind::boolean).truth = digits == "01";
        } else if (digits.size() == 2 && (digits[1] == '0' || digits[1] == '1') && !pickle_text::digit(digits[0]) &&
                   digits != "-1") {
          broken("a malformed number");  // CPython's unpickler in C takes +1 for True, the one in Python for 1
        } else {
          integer_text(digits);
        }
        return true;
      }
      case op_long: {
        auto digits = line();
        if (!digits.empty() && digits.back() == 'L') digits.remove_suffix(1);
        integer_text(digits);
        return true;
      }
      case op_float: {
        double x;
        if (!pickle_text::real(line(), x)) broken("a malformed number");
        push(kind::real).real = x;
        return true;
      }
      case op_binfloat:
        push(kind::real).real = std::bit_cast<double>(get_big<std::uint64_t>(take(8).data()));
        return true;
      default:
        return false;
    }
  }

  bool text(int code) {
    switch (code) {
      case op_unicode: {
        std::string out;
        if (!pickle_text::raw_unicode_escape(line(), out)) broken("a malformed escape");
        push(kind::str).text = tree_.keep(std::move(out));
        return true;
      }
      case op_short_binunicode:
        utf8(take(sized(1)));
        return true;
      case op_binunicode:
        utf8(take(sized(4)));
        return true;
      case op_binunicode8:
        utf8(take(sized(8)));
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
        if (quoted.size() < 2 || quoted.front() != quoted.back() || (quoted[0] != '\'' && quoted[0] != '"'))
          broken("a malformed string");
        quoted = quoted.substr(1, quoted.size() - 2);
        if (quoted.find('\\') == quoted.npos) {
          old_text(quoted);
          return true;
        }
        std::string out;
        if (!pickle_text::string_escape(quoted, out)) broken("a malformed escape");
        old_text(tree_.keep(std::move(out)));
        return true;
      }
      case op_short_binstring:
        old_text(take(sized(1)));
        return true;
      case op_binstring:
        old_text(take(signed_size()));
        return true;
      default:
        return false;
    }
  }

  /// A length that is signed in these opcodes.
  std::uint64_t signed_size() {
    const std::uint64_t n = sized(4);
    if (n > INT32_MAX) broken("a negative length");
    return n;
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
        repeat(*top());
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
      case op_frozenset: {
        std::size_t from = pop_mark();
        hashed(kind::frozenset, from);
        make_from(kind::frozenset, from);
        return true;
      }
      case op_dict: {
        std::size_t from = pop_mark();
        if ((stack_.size() - from) % 2 != 0) broken("a key without value");
        hashed(kind::dict, from);
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
        extend(kind::dict, stack_.size() - 2, "dict");
        return true;
      case op_appends:
        extend(kind::list, pop_mark(), "list");
        return true;
      case op_setitems:
        extend(kind::dict, pop_mark(), "dict");
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
        remember(remembered_);
        return true;
      case op_put:
        remember(memo_number(line()));
        return true;
      case op_binput:
        remember(sized(1));
        return true;
      case op_long_binput:
        remember(sized(4));
        return true;
      case op_get:
        recall(memo_number(line()));
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

  /// What cannot be loaded, as an object: conversions say where it stands.
  void outside(std::string_view name, const char* why) {
    named(kind::object, name);
    tree_.malformed = why;
  }

  /// Calls with what stands above `from`, and pushes the result in its place.
  void call_from(const value& callee, std::size_t from) {
    make_from(kind::tuple, from);
    call(callee, *pop());
  }

  /// Gives an object its state; what is plain data has none.
  void build(value& made, const value& state) {
    auto empty_dict = [](const value& v) { return v.kind == kind::dict && v.items.empty(); };
    if (made.kind == kind::object) {
      made.small = made.items.empty() && state.kind == kind::dict;
      add(made, &state);
    } else if (made.kind != kind::global && state.kind != kind::none &&
               !(state.kind == kind::tuple && state.items.size() == 2 && state.items[0]->kind == kind::none &&
                 empty_dict(*state.items[1]))) {
      broken("a state for a " + type_of(made) + ", which has none");
    }
  }

  bool object(int code) {
    switch (code) {
      case op_global: {
        auto module = line();
        named(kind::global, qualified(module, line()));
        return true;
      }
      case op_stack_global: {
        const value *name = pop(), *module = pop();
        if (name->kind != kind::str || module->kind != kind::str) broken("a class whose name is no str");
        named(kind::global, qualified(module->text, name->text));
        return true;
      }
      case op_reduce: {
        const value *arguments = pop(), *callee = pop();
        call(*callee, *arguments);
        return true;
      }
      case op_newobj:
      case op_newobj_ex: {
        const value* keywords = code == op_newobj_ex ? pop() : nullptr;
        const value *arguments = pop(), *type = pop();
        make(*type, *arguments, keywords);
        return true;
      }
      case op_build: {
        value* state = pop();
        build(*top(), *state);
        return true;
      }
      case op_inst: {
        auto module = line();
        value callee;
        callee.kind = kind::global;
        callee.text = qualified(module, line());
        call_from(callee, pop_mark());
        return true;
      }
      case op_obj: {
        std::size_t from = pop_mark();
        if (from == stack_.size()) broken("an empty stack");
        const value& callee = *stack_[from];
        call_from(callee, from + 1);
        stack_.erase(stack_.end() - 2);
        return true;
      }
      case op_persid:
        line();
        outside("persistent object", "a persistent id, by which only its writer finds something");
        return true;
      case op_binpersid:
        pop();
        outside("persistent object", "a persistent id, by which only its writer finds something");
        return true;
      case op_ext1:
      case op_ext2:
      case op_ext4: {
        const auto raw = take(std::size_t{1} << (code - op_ext1));
        if (raw.find_first_not_of('\0') == raw.npos || (code == op_ext4 && static_cast<unsigned char>(raw[3]) > 127))
          broken("an extension code that does not exist");
        named(kind::global, "extension");
        return true;
      }
      case op_next_buffer:
        outside("out-of-band buffer", "a buffer that is not in it");
        return true;
      case op_readonly_buffer: {
        const value& v = *top();
        if (v.kind == kind::bytes || v.kind == kind::object) return true;
        if (v.kind != kind::bytearray) broken("a read-only view of a " + type_of(v));
        pop();
        named(kind::object, "memoryview");
        return true;
      }
      default:
        return false;
    }
  }
};

LEAT_DECL const value& unpickle(std::string_view body, value_tree& tree) { return pickle_machine(body, tree).run(); }

}  // namespace leat::wire

#endif
