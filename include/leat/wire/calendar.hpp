// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_CALENDAR_HPP
#define LEAT_WIRE_CALENDAR_HPP

#include <leat/core/config.hpp>

#include <cstdint>
#include <string_view>

namespace leat::wire {

/// What Python's datetime can hold: the years 1 to 9999, in microseconds and days from 1970 on; days of a timedelta.
inline constexpr std::int64_t first_microsecond = -62'135'596'800'000'000, last_microsecond = 253'402'300'799'999'999;
inline constexpr std::int64_t first_day = -719'162, last_day = 2'932'896;
inline constexpr std::int64_t most_span_days = 999'999'999;
inline constexpr std::int64_t day_microseconds = 86'400'000'000;

struct civil {
  std::int64_t year, month, day;
};
struct split {
  std::int64_t days, microseconds;
};

/// Whole days and the rest, which is never negative.
constexpr split split_days(std::int64_t microseconds) {
  const std::int64_t days = microseconds / day_microseconds - (microseconds % day_microseconds < 0);
  return {days, microseconds - days * day_microseconds};
}

/// The date that lies `days` after 1970-01-01, in the Gregorian calendar (Howard Hinnant's civil_from_days).
LEAT_DECL civil civil_of(std::int64_t days);
/// The days from 1970-01-01 to a date (days_from_civil).
LEAT_DECL std::int64_t days_of(const civil& date);

/// The bytes that Python's pickles hold for a datetime (10) and for a date (4).
LEAT_DECL void put_datetime(char* to, std::int64_t microseconds);
LEAT_DECL void put_date(char* to, std::int64_t days);
/// Reads them, but not the fold of a datetime, which is the third byte's high bit; false where they are no date.
LEAT_DECL bool get_datetime(std::string_view raw, std::int64_t& microseconds);
LEAT_DECL bool get_date(std::string_view raw, std::int64_t& days);

}  // namespace leat::wire

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/wire/impl/calendar.ipp>
#endif

#endif
