// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_PICKLE_IMPL_CALLS_IPP
#define LEAT_WIRE_PICKLE_IMPL_CALLS_IPP

#include <leat/wire/pickle/impl/stack.ipp>
#include <leat/wire/pickle/impl/times.ipp>
#include <leat/wire/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace leat::wire {

/// What the calls in a pickle would give. None is made: those that stand for plain data are known by name.
class pickle_calls : protected pickle_times {
 protected:
  using pickle_times::pickle_times;

  /// A name as what is known is called by: Python 2's modules have other names, up to protocol 2, and only from protocol 4 on
  /// may a name have dots.
  std::string_view qualified(std::string_view module, std::string_view name) {
    spend(module.size() + name.size());
    if (module.empty() || name.empty()) broken("a class without a name");
    if (!valid_utf8(module) || !valid_utf8(name)) broken("a class whose name is not UTF-8");
    const bool dotted = name.find('.') != name.npos;
    if (protocol_ < 3 && module == "__builtin__") module = "builtins";
    if (protocol_ < 3 && module == "copy_reg") module = "copyreg";
    if (module == "builtins" && !dotted) return name;
    if (dotted && protocol_ < 4) return tree_.keep(std::string(module) + ":" + std::string(name));
    return tree_.keep(std::string(module) + "." + std::string(name));
  }

  /// Pushes what a call gives.
  void call(const value& callee, const value& arguments) {
    if (arguments.kind != kind::tuple && arguments.kind != kind::object)
      broken("a call with a " + type_of(arguments) + " for its arguments");
    if (callee.kind != kind::global && callee.kind != kind::object) broken("a call of a " + type_of(callee));
    if (arguments.kind == kind::tuple) {
      if (callee.kind == kind::global && plain(callee.text, arguments.items)) return;
      if (callee.kind == kind::object && (bound(callee, arguments) || localized(callee, arguments.items))) return;
    }
    unknown(callee.kind == kind::global ? callee.text : "object", arguments.items);
  }

  /// Pushes what a class's `__new__` gives, without its `__init__`; `keywords` may be missing.
  void make(const value& type, const value& arguments, const value* keywords) {
    if (type.kind != kind::global && type.kind != kind::object) broken("an instance of a " + type_of(type));
    if (arguments.kind != kind::tuple && arguments.kind != kind::object)
      broken("an instance with a " + type_of(arguments) + " for its arguments");
    if (keywords && keywords->kind != kind::dict && keywords->kind != kind::object)
      broken("an instance with a " + type_of(*keywords) + " for its keywords");
    const bool positional = !keywords || (keywords->kind == kind::dict && keywords->items.empty());
    if (type.kind == kind::global && arguments.kind == kind::tuple) {
      if (type.text == "_codecs.encode") broken("an instance of a function");
      if (positional && made_plain(type.text, arguments.items)) return;
    }
    unknown(type.kind == kind::global ? type.text : "object", arguments.items);
  }

 private:
  /// No name of what is known is longer.
  static constexpr std::size_t longest = 64;

  /// Pushes an object that has only a name, and what it was made from.
  void unknown(std::string_view name, const values& items) {
    const bool rebuilt = name == "copyreg._reconstructor";
    const value* type = items.empty() || items[0]->kind != kind::global ? nullptr : items[0];
    spend(items.size() * sizeof(items[0]));
    value& made = push(kind::object);
    made.text = name;
    std::size_t from = 0;
    if ((rebuilt || name == "copyreg.__newobj__" || name == "copyreg.__newobj_ex__") && type) {
      made.text = type->text;
      from = rebuilt && items.size() == 3 && items[1]->text == "object" ? 3 : 1;  // the class, its base and the base's state
    }
    for (std::size_t i = from; i < items.size(); ++i) add(made, items[i]);
  }

  /// `__new__` of what `__init__` fills leaves it empty, whatever it was given; with others it does all.
  bool made_plain(std::string_view name, const values& items) {
    if (name == "list" || name == "dict" || name == "set" || name == "bytearray") return plain(name, {});
    return plain(name, items);
  }

  /// Pushes the plain value that calling `name` makes; false where it makes another.
  bool plain(std::string_view name, const values& items) {
    if (name.size() > longest) return false;
    if (name.find('.') == name.npos) return builtin(name, items);
    if (name == "_codecs.encode") return encoded(kind::bytes, items);
    if (name == "copyreg.__newobj__" && !items.empty() && items[0]->kind == kind::global && items[0]->text.size() <= longest &&
        items[0]->text.find('.') == name.npos) {
      spend(items.size() * sizeof(items[0]));
      return made_plain(items[0]->text, values(items.begin() + 1, items.end()));
    }
    return name.substr(0, 9) == "datetime." && time(name, items);
  }

  bool builtin(std::string_view name, const values& items) {
    static constexpr std::pair<std::string_view, kind> types[] = {
        {"set", kind::set},     {"frozenset", kind::frozenset}, {"list", kind::list},       {"tuple", kind::tuple},
        {"bytes", kind::bytes}, {"bytearray", kind::bytearray}, {"complex", kind::complex}, {"dict", kind::dict},
        {"float", kind::real},  {"int", kind::integer},         {"bool", kind::boolean},    {"str", kind::str}};
    for (const auto& [known, k] : types)
      if (known == name) {
        if (k == kind::complex) return complex(items);
        if (k == kind::bytes || k == kind::bytearray) return raw_bytes(k, items);
        return items.empty() ? empty(k) : elements(k, items);
      }
    return false;
  }

  bool empty(kind k) {
    value& made = push(k);
    if (k == kind::real) {
      made.real = 0;
    } else if (k == kind::boolean) {
      made.truth = false;
    } else {
      made.integer = 0;
    }
    return true;
  }

  /// A container of what another one has, in its order where it has one.
  bool elements(kind k, const values& items) {
    const bool ordered = k == kind::list || k == kind::tuple;
    if (items.size() != 1 || !(ordered || k == kind::set || k == kind::frozenset)) return false;
    const value& from = *items[0];
    const bool unordered = from.kind == kind::set || from.kind == kind::frozenset;
    if (from.kind != kind::list && from.kind != kind::tuple && (ordered || !unordered)) return false;
    if (!ordered)
      for (const value* i : from.items) hashable(*i);
    spend(from.items.size() * sizeof(from.items[0]));
    value& made = push(k);
    for (const value* i : from.items) add(made, i);
    return true;
  }

  /// Bytes of bytes, of a text in an encoding, or of ints.
  bool raw_bytes(kind k, const values& items) {
    if (items.empty()) {
      push(k);
      return true;
    }
    const value& from = *items[0];
    if (from.kind == kind::str) {
      if (items.size() == 1) broken("bytes of a text without its encoding");
      return encoded(k, items);
    }
    if (items.size() != 1) return false;
    if (from.kind == kind::bytes || from.kind == kind::bytearray) {
      push(k).text = from.text;
      return true;
    }
    if (from.kind != kind::list && from.kind != kind::tuple) return false;
    spend(from.items.size());
    std::string raw;
    for (const value* i : from.items) {
      if (i->kind != kind::integer && i->kind != kind::boolean) return false;
      const std::int64_t byte = i->kind == kind::boolean ? i->truth : i->integer;
      if (byte < 0 || byte > 255) broken("bytes of an int beyond 255");
      raw += static_cast<char>(static_cast<unsigned char>(byte));
    }
    push(k).text = tree_.keep(std::move(raw));
    return true;
  }

  bool encoded(kind k, const values& items) {
    if (items.empty() || items.size() > 2 || items[0]->kind != kind::str) return false;
    if (items.size() == 2 && items[1]->kind != kind::str) return false;
    std::string encoding;
    for (char c : items.size() == 2 ? items[1]->text.substr(0, 20) : "utf8")
      if (c != '-' && c != '_' && c != ' ') encoding += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const std::string_view text = items[0]->text;
    spend(text.size());
    std::string raw;
    if (encoding == "latin1" || encoding == "iso88591" || encoding == "latin") {
      if (!narrow(text, raw)) broken("bytes that are not latin-1");
      push(k).text = tree_.keep(std::move(raw));
    } else if (encoding == "utf8" || encoding == "ascii" || encoding == "usascii") {
      if (encoding == "utf8" ? !valid_utf8(text) : !pickle_text::ascii(text)) broken("bytes that are not " + encoding);
      push(k).text = text;
    } else {
      return false;
    }
    return true;
  }

  bool complex(const values& items) {
    double parts[2] = {0, 0};
    if (items.size() > 2) return false;
    for (std::size_t i = 0; i != items.size(); ++i) {
      const value& v = *items[i];
      if (v.kind == kind::boolean) {
        parts[i] = v.truth;
      } else if (v.kind == kind::real) {
        parts[i] = v.real;
      } else if (!exact_double(v, parts[i])) {
        return false;
      }
    }
    value& imaginary = tree_.make(kind::real);
    imaginary.real = parts[1];
    value& made = push(kind::complex);
    made.real = parts[0];
    add(made, &imaginary);
    return true;
  }

  /// `functools.partial` with its state, called without arguments: a class called by keywords.
  bool bound(const value& partial, const value& call) {
    if (partial.text != "functools.partial" || partial.items.size() != 2 || !call.items.empty()) return false;
    const value& state = *partial.items[1];
    if (state.kind != kind::tuple || state.items.size() != 4) return false;
    const value &function = *state.items[0], &positional = *state.items[1], &keywords = *state.items[2];
    if (function.kind != kind::global || !positional.items.empty() || keywords.kind != kind::dict) return false;
    value& made = push(kind::object);
    made.text = function.text;
    made.small = 1;
    add(made, &keywords);
    return true;
  }
};

}  // namespace leat::wire

#endif
