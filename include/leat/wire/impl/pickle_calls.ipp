// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_IMPL_PICKLE_CALLS_IPP
#define LEAT_WIRE_IMPL_PICKLE_CALLS_IPP

#include <leat/wire/calendar.hpp>
#include <leat/wire/impl/pickle_stack.ipp>
#include <leat/wire/utf8.hpp>

#include <cstdint>
#include <string>

namespace leat::wire {

/// What the calls in a pickle would give. None is made: those that stand for plain data are known by name.
class pickle_calls : protected pickle_stack {
 protected:
  using pickle_stack::pickle_stack;

  std::string_view qualified(std::string_view module, std::string_view name) {
    if (module == "builtins" || module == "__builtin__") return name;
    return tree_.keep(std::string(module) + "." + std::string(name));
  }

  void call_top() {
    value* arguments = pop();
    value* callee = pop();
    if (callee->kind == kind::global && plain(callee->text, arguments->items)) return;
    if (callee->kind == kind::object && bound(*callee, *arguments)) return;
    const auto& items = arguments->items;
    const std::string_view name = callee->kind == kind::global ? callee->text : "object";
    const bool rebuilt = name == "copyreg._reconstructor" || name == "copy_reg._reconstructor";
    value& made = push(kind::object);
    made.text = name;
    std::size_t from = 0;
    if ((rebuilt || name == "copyreg.__newobj__") && !items.empty() && items[0]->kind == kind::global) {
      made.text = items[0]->text;
      from = rebuilt && items.size() == 3 && items[1]->text == "object" ? 3 : 1;  // the class, its base and the base's state
    }
    for (std::size_t i = from; i < items.size(); ++i) add(made, items[i]);
  }

 private:
  using values = std::vector<const value*>;

  /// Pushes the plain value that calling `name` makes; false where it makes another.
  bool plain(std::string_view name, const values& items) {
    if (name == "set" || name == "frozenset") return set_of(name, items);
    if (name == "bytes" && items.empty()) {
      push(kind::bytes);
      return true;
    }
    if (name == "bytearray" && (items.empty() || (items.size() == 1 && items[0]->kind == kind::bytes))) {
      push(kind::bytearray).text = items.empty() ? std::string_view{} : items[0]->text;
      return true;
    }
    if (name == "_codecs.encode" || name == "bytearray") return latin_1(name, items);
    if (name == "complex") return complex(items);
    if (name.substr(0, 9) != "datetime.") return false;
    if (name == "datetime.datetime") return datetime(items);
    if (name == "datetime.timedelta") return span(items);
    std::int64_t days;
    std::string kept;
    if (name != "datetime.date" || items.size() != 1 || !get_date(state(*items[0], kept), days)) return false;
    push(kind::date).integer = days;
    return true;
  }

  bool set_of(std::string_view name, const values& items) {
    if (!items.empty() && (items.size() != 1 || items[0]->kind != kind::list)) return false;
    value& made = push(name == "set" ? kind::set : kind::frozenset);
    if (!items.empty())
      for (const value* i : items[0]->items) add(made, i);
    return true;
  }

  bool latin_1(std::string_view name, const values& items) {
    if (items.size() != 2 || items[0]->kind != kind::str || items[1]->kind != kind::str) return false;
    if (items[1]->text != "latin1" && items[1]->text != "latin-1") return false;
    std::string raw;
    if (!narrow(items[0]->text, raw)) broken("bytes that are not latin-1");
    push(name == "bytearray" ? kind::bytearray : kind::bytes).text = tree_.keep(std::move(raw));
    return true;
  }

  bool complex(const values& items) {
    if (items.size() != 2 || items[0]->kind != kind::real || items[1]->kind != kind::real) return false;
    value& made = push(kind::complex);
    made.real = items[0]->real;
    add(made, items[1]);
    return true;
  }

  /// The offset of a zone is known where the zone is `datetime.timezone`; others are objects.
  bool datetime(const values& items) {
    std::int64_t at;
    std::string kept;
    if (items.empty() || items.size() > 2 || !get_datetime(state(*items[0], kept), at)) return false;
    if (items.size() == 1) {
      value& made = push(kind::local);
      made.integer = at;
      made.small = static_cast<unsigned char>(state(*items[0], kept)[2]) >> 7;  // the fold
      return true;
    }
    const value& zone = *items[1];
    if (zone.kind != kind::object || zone.text != "datetime.timezone" || zone.items.empty()) return false;
    const value& offset = *zone.items[0];
    if (offset.kind != kind::span || offset.small < -1 || offset.small > 0) return false;
    value& made = push(kind::moment);
    made.integer = at - (offset.small * day_microseconds + offset.integer);
    return true;
  }

  bool span(const values& items) {
    if (items.size() != 3) return false;
    for (const value* i : items)
      if (i->kind != kind::integer) return false;
    const std::int64_t days = items[0]->integer, seconds = items[1]->integer, micros = items[2]->integer;
    if (days > most_span_days || days < -most_span_days) return false;
    if (seconds < 0 || seconds >= 86'400 || micros < 0 || micros >= 1'000'000) return false;
    value& made = push(kind::span);
    made.small = static_cast<std::int32_t>(days);
    made.integer = seconds * 1'000'000 + micros;
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

  /// The bytes of a date's state; Python 2 wrote them as a str.
  static std::string_view state(const value& v, std::string& kept) {
    if (v.kind == kind::bytes) return v.text;
    return v.kind == kind::str && narrow(v.text, kept) ? std::string_view(kept) : std::string_view();
  }
  static bool narrow(std::string_view text, std::string& raw) {
    for (const char *p = text.data(), *stop = p + text.size(); p != stop;) {
      std::uint32_t c = next_utf8(p, stop);
      if (c > 255) return false;
      raw += static_cast<char>(static_cast<unsigned char>(c));
    }
    return true;
  }
};

}  // namespace leat::wire

#endif
