// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_PICKLE_IMPL_TIMES_IPP
#define LEAT_WIRE_PICKLE_IMPL_TIMES_IPP

#include <leat/wire/calendar.hpp>
#include <leat/wire/pickle/impl/stack.ipp>
#include <leat/wire/utf8.hpp>

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace leat::wire {

/// Python's times: calls of their classes, with the bytes that its own pickler writes or with numbers, as other writers do.
class pickle_times : protected pickle_stack {
 protected:
  using pickle_stack::pickle_stack;
  using values = std::vector<const value*>;

  /// Pushes the time that calling `name` makes; false where it makes another object.
  bool time(std::string_view name, const values& items) {
    if (name == "datetime.date") return date(items) || opaque("datetime.date", items);
    if (name == "datetime.datetime") return datetime(items) || opaque("datetime.datetime", items);
    if (name == "datetime.timedelta") return span(items);
    if (name == "datetime.timezone") check_zone(items);
    return false;
  }

  /// `operator.attrgetter("localize")(zone)(time)`, as Pyrolite writes a time in one of pytz's zones: pushes what these calls
  /// give; false for others.
  bool localized(const value& callee, const values& items) {
    if (items.size() != 1 || callee.items.size() != 1) return false;
    const value &held = *callee.items[0], &given = *items[0];
    if (callee.text == "operator.attrgetter" && held.kind == kind::str && held.text == "localize" &&
        given.kind == kind::object) {
      value& method = push(kind::object);
      method.text = "localize";
      method.small = is_method;
      add(method, &given);
      return true;
    }
    if (callee.small != is_method || given.kind != kind::local) return false;
    if (std::int64_t offset; offset_of(held, offset)) {
      push(kind::moment).integer = given.integer - offset;
      return true;
    }
    value& made = push(kind::object);
    made.text = "datetime.datetime";
    add(made, &given);
    add(made, &held);
    return true;
  }

  /// The text as latin-1; false where it has other characters.
  static bool narrow(std::string_view text, std::string& raw) {
    for (const char *p = text.data(), *stop = p + text.size(); p != stop;) {
      const std::uint32_t c = next_utf8(p, stop);
      if (c > 255) return false;
      raw += static_cast<char>(static_cast<unsigned char>(c));
    }
    return true;
  }

 private:
  static constexpr std::int32_t is_method = 2;

  /// The bytes of a date's state; Python 2 wrote them as a str.
  static std::string_view state(const value& v, std::string& kept) {
    if (v.kind == kind::bytes || (v.kind == kind::str && v.small == 1)) return v.text;
    return v.kind == kind::str && v.text.size() <= 20 && narrow(v.text, kept) ? std::string_view(kept) : std::string_view();
  }

  /// Reads ints from item `from` on; false where something else stands there.
  static bool numbers(const values& items, std::size_t from, std::int64_t* to, std::size_t most) {
    for (std::size_t i = from; i != items.size() && i != from + most; ++i) {
      const value& v = *items[i];
      if (v.kind != kind::integer && v.kind != kind::boolean) return false;
      to[i - from] = v.kind == kind::boolean ? v.truth : v.integer;
    }
    return true;
  }

  /// Whether it takes objects to make it, whose class alone knows what they are; where it does not, there is none.
  bool opaque(const char* name, const values& items) const {
    for (const value* i : items)
      if (i->kind == kind::object || i->kind == kind::global) return false;
    none_such(name);
  }
  [[noreturn]] void none_such(const char* name) const { broken(std::string("a ") + name + " that does not exist"); }
  static bool is_state(const value& v) { return v.kind == kind::bytes || v.kind == kind::str; }

  std::int64_t day(const std::int64_t* parts, const char* name) const {
    const civil wanted{parts[0], parts[1], parts[2]};
    if (wanted.year < 1 || wanted.year > 9999 || wanted.month < 1 || wanted.month > 12 || wanted.day < 1 || wanted.day > 31)
      none_such(name);
    const std::int64_t days = days_of(wanted);
    if (civil_of(days).day != wanted.day) none_such(name);
    return days;
  }

  bool date(const values& items) {
    std::int64_t days, parts[3];
    std::string kept;
    if (items.size() == 1 && is_state(*items[0])) {
      if (!get_date(state(*items[0], kept), days)) none_such("datetime.date");
    } else if (items.size() == 3 && numbers(items, 0, parts, 3)) {
      days = day(parts, "datetime.date");
    } else {
      return false;
    }
    push(kind::date).integer = days;
    return true;
  }

  bool datetime(const values& items) {
    std::int64_t at, parts[7] = {};
    std::string kept;
    std::size_t zone = 1;
    std::int32_t fold = 0;
    if (!items.empty() && items.size() <= 2 && is_state(*items[0])) {
      const std::string_view raw = state(*items[0], kept);
      if (!get_datetime(raw, at)) none_such("datetime.datetime");
      fold = static_cast<unsigned char>(raw[2]) >> 7;
    } else if (items.size() >= 3 && items.size() <= 8 && numbers(items, 0, parts, 7)) {
      zone = 7;
      static constexpr std::int64_t ends[] = {24, 60, 60, 1'000'000};
      for (std::size_t i = 0; i != std::size(ends); ++i)
        if (parts[3 + i] < 0 || parts[3 + i] >= ends[i]) none_such("datetime.datetime");
      at = day(parts, "datetime.datetime") * day_microseconds + ((parts[3] * 60 + parts[4]) * 60 + parts[5]) * 1'000'000 +
           parts[6];
    } else {
      return false;
    }
    if (items.size() <= zone || items[zone]->kind == kind::none) {
      value& made = push(kind::local);
      made.integer = at;
      made.small = fold;
      return true;
    }
    std::int64_t offset;
    if (!offset_of(*items[zone], offset)) return false;
    push(kind::moment).integer = at - offset;
    return true;
  }

  /// The offset of a zone is known where the zone is `datetime.timezone`, or UTC by one of its names; others are objects.
  bool offset_of(const value& zone, std::int64_t& microseconds) const {
    if (zone.kind != kind::object && zone.kind != kind::global) broken("a zone that is a " + type_of(zone));
    microseconds = 0;
    if (zone.kind == kind::global) return zone.text == "datetime.timezone.utc" || zone.text == "datetime.UTC";
    if (zone.text == "pytz.timezone" && zone.items.size() == 1 && zone.items[0]->kind == kind::str)
      return zone.items[0]->text == "UTC" || zone.items[0]->text == "Etc/UTC";
    if (zone.text == "pytz._UTC" || zone.text == "dateutil.tz.tz.tzutc" || zone.text == "dateutil.tz.tzutc") return true;
    return zone.text == "datetime.timezone" && !zone.items.empty() && within_a_day(*zone.items[0], microseconds);
  }

  void check_zone(const values& items) const {
    if (items.empty() || items.size() > 2) none_such("datetime.timezone");
    if (items.size() == 2 && items[1]->kind != kind::str && items[1]->kind != kind::object) none_such("datetime.timezone");
    if (std::int64_t offset; items[0]->kind != kind::object && !within_a_day(*items[0], offset)) none_such("datetime.timezone");
  }

  /// What a zone may differ from UTC.
  static bool within_a_day(const value& v, std::int64_t& microseconds) {
    if (v.kind != kind::span || v.small < -1 || v.small > 0 || (v.small == -1 && v.integer == 0)) return false;
    microseconds = v.small * day_microseconds + v.integer;
    return true;
  }

  bool span(const values& items) {
    static constexpr std::int64_t units[] = {day_microseconds, 1'000'000,           1, 1000, 60'000'000,
                                             3'600'000'000,    7 * day_microseconds};
    std::int64_t parts[7] = {};
    if (items.size() > std::size(units) || !numbers(items, 0, parts, std::size(units))) return false;
    __extension__ __int128 all = 0;
    for (std::size_t i = 0; i != std::size(units); ++i) all += static_cast<decltype(all)>(parts[i]) * units[i];
    const auto days = all / day_microseconds - (all % day_microseconds < 0);
    if (days > most_span_days || days < -most_span_days) none_such("datetime.timedelta");
    value& made = push(kind::span);
    made.small = static_cast<std::int32_t>(days);
    made.integer = static_cast<std::int64_t>(all - days * day_microseconds);
    return true;
  }
};

}  // namespace leat::wire

#endif
