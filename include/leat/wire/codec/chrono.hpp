// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_CODEC_CHRONO_HPP
#define LEAT_WIRE_CODEC_CHRONO_HPP

#include <leat/core/durations.hpp>
#include <leat/core/error.hpp>
#include <leat/wire/calendar.hpp>
#include <leat/wire/codec.hpp>
#include <leat/wire/codec/big_int.hpp>
#include <leat/wire/codec/scalars.hpp>
#include <leat/wire/convert.hpp>

#include <concepts>
#include <cstdint>
#include <limits>
#include <ratio>
#include <string>

namespace leat {

namespace wire {

// What <chrono> declares and <mutex> does not is known by what it can do.

/// std::chrono::local_t, which stands in the place of a clock.
template <class C>
concept no_clock = std::is_empty_v<C> && !requires { C::now(); };
/// std::chrono::year_month_day, and none of its relatives.
template <class T>
concept calendar_date = requires(const T& x, const std::chrono::sys_days& day) {
  { x.ok() } -> std::same_as<bool>;
  static_cast<int>(x.year());
  static_cast<unsigned>(x.month());
  static_cast<unsigned>(x.day());
  T(day);
  std::chrono::sys_days(x);
};

/// A duration as a fraction: `count * num / den` microseconds, reduced.
template <class Period>
using in_microseconds = std::ratio_divide<Period, std::micro>;

/// The microseconds of a duration; false where they are not whole, or too many.
template <class Rep, class Period>
constexpr bool to_microseconds(std::chrono::duration<Rep, Period> d, int128& x) {
  using ratio = in_microseconds<Period>;
  const auto count = static_cast<int128>(d.count());
  x = count * ratio::num / ratio::den;
  return x * ratio::den == count * ratio::num;
}

/// The duration of `x` nanoseconds; false where the type does not hold it.
template <class Rep, class Period>
constexpr bool from_nanoseconds(int128 x, std::chrono::duration<Rep, Period>& d) {
  using ratio = std::ratio_divide<Period, std::nano>;
  const int128 count = x * ratio::den / ratio::num;
  if (count * ratio::num != x * ratio::den) return false;
  if (count > std::numeric_limits<Rep>::max() || count < std::numeric_limits<Rep>::min()) return false;
  d = std::chrono::duration<Rep, Period>(static_cast<Rep>(count));
  return true;
}

template <class D>
struct tick_name {
  static std::string of(const char* type) {
    return std::string(type) + " that a std::chrono::duration in ticks of " + std::to_string(D::period::num) +
           (D::period::den == 1 ? "" : "/" + std::to_string(D::period::den)) + " s holds";
  }
};

struct time_codec {
  static constexpr bool encodable = true, decodable = true, hashable = true, distinct = true;
  static constexpr std::size_t tokens = wire::unbounded;
  template <class In, class T>
  static bool decode(In&, T&) {
    return false;
  }
};

/// Python's datetime, with a zone (`Kind` moment) or without one (local).
template <class Time, value_kind Kind>
struct datetime_codec : time_codec, of_kind<Kind> {
  using duration = typename Time::duration;
  static std::string name() { return "datetime.datetime"; }
  template <class Out>
  static void encode(Out& out, const Time& x) {
    int128 us;
    if (!to_microseconds(x.time_since_epoch(), us))
      throw conversion_error("a time of whole microseconds (std::chrono::floor<std::chrono::microseconds> makes one)",
                             "std::chrono::time_point", std::to_string(x.time_since_epoch().count()) + " ticks from 1970 on");
    if (us < first_microsecond || us > last_microsecond)
      throw conversion_error("a time in the years 1 to 9999", "std::chrono::time_point",
                             std::to_string(x.time_since_epoch().count()) + " ticks from 1970 on");
    if constexpr (Kind == value_kind::moment) {
      out.moment(static_cast<std::int64_t>(us));
    } else {
      out.local(static_cast<std::int64_t>(us));
    }
  }
  static bool convert(converter& c, const value& v, Time& x) {
    if (v.kind != Kind) {
      if (v.kind == value_kind::local) return c.refuse("datetime.datetime with a zone");
      if (v.kind == value_kind::moment) return c.refuse("datetime.datetime without a zone");
      if (v.kind == value_kind::object && v.text == "datetime.datetime")
        return c.refuse("datetime.datetime whose zone is a datetime.timezone");
      return false;
    }
    if (Kind == value_kind::local && v.small != 0)
      return c.refuse("datetime.datetime with fold=0 (a std::chrono::local_time has no fold; a zone makes it an instant)");
    duration d{};
    if (!from_nanoseconds(static_cast<int128>(v.integer) * 1000 + v.small, d))
      return c.refuse(tick_name<duration>::of("datetime.datetime"));
    x = Time(d);
    return true;
  }
};

/// Python's date; `Date` counts days from 1970 on.
template <class Date>
struct date_codec : time_codec, of_kind<value_kind::date> {
  static std::string name() { return "datetime.date"; }
  template <class Out>
  static void encode(Out& out, const Date& x) {
    const std::int64_t days = x.time_since_epoch().count();
    if (days < first_day || days > last_day)
      throw conversion_error("a date in the years 1 to 9999", "std::chrono date", std::to_string(days) + " days from 1970 on");
    out.date(days);
  }
  static bool convert(converter&, const value& v, Date& x) {
    if (v.kind != value_kind::date) return false;
    x = Date(std::chrono::days(v.integer));
    return true;
  }
};

}  // namespace wire

/// A time of UTC: an aware datetime. What comes back may have another fixed offset; a naive one is refused.
template <class D>
  requires std::integral<typename D::rep>
struct wire_codec<std::chrono::time_point<std::chrono::system_clock, D>>
    : wire::datetime_codec<std::chrono::time_point<std::chrono::system_clock, D>, wire::value_kind::moment> {};

/// A time on some wall: a naive datetime, and no other.
template <wire::no_clock Local, class D>
  requires std::integral<typename D::rep>
struct wire_codec<std::chrono::time_point<Local, D>>
    : wire::datetime_codec<std::chrono::time_point<Local, D>, wire::value_kind::local> {};

template <>
struct wire_codec<std::chrono::sys_days> : wire::date_codec<std::chrono::sys_days> {};
template <wire::no_clock Local>
struct wire_codec<std::chrono::time_point<Local, std::chrono::days>>
    : wire::date_codec<std::chrono::time_point<Local, std::chrono::days>> {};

/// A std::chrono::year_month_day.
template <wire::calendar_date Date>
struct wire_codec<Date> : wire::date_codec<std::chrono::sys_days> {
  template <class Out>
  static void encode(Out& out, const Date& x) {
    if (!x.ok())
      throw conversion_error("a date that exists", "std::chrono::year_month_day",
                             std::to_string(static_cast<int>(x.year())) + "-" +
                                 std::to_string(static_cast<unsigned>(x.month())) + "-" +
                                 std::to_string(static_cast<unsigned>(x.day())));
    wire_codec<std::chrono::sys_days>::encode(out, std::chrono::sys_days(x));
  }
  static bool convert(wire::converter& c, const wire::value& v, Date& x) {
    std::chrono::sys_days days;
    if (!wire_codec<std::chrono::sys_days>::convert(c, v, days)) return false;
    x = days;
    return true;
  }
};

/// A duration in whole microseconds: a timedelta.
template <std::integral Rep, class Period>
struct wire_codec<std::chrono::duration<Rep, Period>> : wire::time_codec, wire::of_kind<wire::value_kind::span> {
  using duration = std::chrono::duration<Rep, Period>;
  static std::string name() { return "datetime.timedelta"; }
  template <class Out>
  static void encode(Out& out, const duration& x) {
    int128 us;
    const bool whole = wire::to_microseconds(x, us);
    const int128 days = us / wire::day_microseconds - (us % wire::day_microseconds < 0);
    if (!whole || days > wire::most_span_days || days < -wire::most_span_days)
      throw conversion_error(whole ? "a duration of at most 999999999 days" : "a duration of whole microseconds",
                             "std::chrono::duration", std::to_string(x.count()) + " ticks");
    out.span(static_cast<std::int64_t>(days), static_cast<std::int64_t>(us - days * wire::day_microseconds));
  }
  static bool convert(wire::converter& c, const wire::value& v, duration& x) {
    if (v.kind != wire::value_kind::span) return false;
    const int128 us = static_cast<int128>(v.small) * wire::day_microseconds + v.integer;
    return wire::from_nanoseconds(us * 1000, x) || c.refuse(wire::tick_name<duration>::of("datetime.timedelta"));
  }
};

}  // namespace leat

#endif
