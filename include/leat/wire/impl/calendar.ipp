// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_IMPL_CALENDAR_IPP
#define LEAT_WIRE_IMPL_CALENDAR_IPP

#include <leat/wire/calendar.hpp>

#include <initializer_list>

namespace leat::wire {

LEAT_DECL civil civil_of(std::int64_t days) {
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const std::int64_t of_era = days - era * 146'097;
  const std::int64_t year = (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
  const std::int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  const std::int64_t shifted = (5 * of_year + 2) / 153, month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {year + era * 400 + (month <= 2), month, of_year - (153 * shifted + 2) / 5 + 1};
}

LEAT_DECL std::int64_t days_of(const civil& date) {
  const std::int64_t year = date.year - (date.month <= 2), era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t of_era = year - era * 400;
  const std::int64_t of_year = (153 * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day - 1;
  return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
}

LEAT_DECL void put_date(char* to, std::int64_t days) {
  const auto [year, month, day] = civil_of(days);
  for (std::int64_t part : {year >> 8, year & 255, month, day}) *to++ = static_cast<char>(part);
}

LEAT_DECL void put_datetime(char* to, std::int64_t microseconds) {
  const auto [days, rest] = split_days(microseconds);
  put_date(to, days);
  to += 4;
  const std::int64_t seconds = rest / 1'000'000, micros = rest % 1'000'000;
  for (std::int64_t part : {seconds / 3600, seconds / 60 % 60, seconds % 60, micros >> 16, micros >> 8 & 255, micros & 255})
    *to++ = static_cast<char>(part);
}

LEAT_DECL bool get_date(std::string_view raw, std::int64_t& days) {
  if (raw.size() != 4) return false;
  auto at = [raw](std::size_t i) { return static_cast<std::int64_t>(static_cast<unsigned char>(raw[i])); };
  const civil date{at(0) << 8 | at(1), at(2), at(3)};
  if (date.year < 1 || date.year > 9999 || date.month < 1 || date.month > 12 || date.day < 1 || date.day > 31) return false;
  days = days_of(date);
  return civil_of(days).day == date.day;
}

LEAT_DECL bool get_datetime(std::string_view raw, std::int64_t& microseconds) {
  if (raw.size() != 10) return false;
  auto at = [raw](std::size_t i) { return static_cast<std::int64_t>(static_cast<unsigned char>(raw[i])); };
  char date[4] = {raw[0], raw[1], static_cast<char>(at(2) & 127), raw[3]};  // the high bit is the fold
  std::int64_t days;
  const std::int64_t micros = at(7) << 16 | at(8) << 8 | at(9);
  if (!get_date({date, 4}, days) || at(4) > 23 || at(5) > 59 || at(6) > 59 || micros > 999'999) return false;
  microseconds = days * day_microseconds + ((at(4) * 60 + at(5)) * 60 + at(6)) * 1'000'000 + micros;
  return true;
}

}  // namespace leat::wire

#endif
