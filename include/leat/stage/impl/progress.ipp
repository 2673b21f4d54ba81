// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_IMPL_PROGRESS_IPP
#define LEAT_STAGE_IMPL_PROGRESS_IPP

#include <leat/stage/progress.hpp>

#include <cstdio>
#include <ctime>
#include <iostream>

#include <unistd.h>

namespace leat::core {

inline std::string grouped_digits(std::size_t n) {
  std::string text = std::to_string(n);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

/// As many digits as say something.
inline std::string rounded_text(double x, const char* unit) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f%s", x < 10 ? 1 : 0, x, unit);
  return x < 1000 ? text : grouped_digits(static_cast<std::size_t>(x)) + unit;
}

inline std::string time_text(double seconds) {
  char text[64];
  const auto whole = static_cast<unsigned long long>(seconds);
  if (seconds < 60)
    return rounded_text(seconds, " s");
  else if (whole < 3600)
    std::snprintf(text, sizeof text, "%llu min %llu s", whole / 60, whole % 60);
  else
    std::snprintf(text, sizeof text, "%llu h %llu min", whole / 3600, whole / 60 % 60);
  return text;
}

LEAT_DECL std::string progress_text(std::size_t count, start_info size, double seconds, double rate, bool complete) {
  std::string text = grouped_digits(count);
  const bool known = size.known == start_info::exact && size.n >= count && !complete;
  if (known) text += " of " + grouped_digits(size.n);
  if (known && size.n != 0)
    text += " (" + std::to_string(static_cast<int>(100.0 * static_cast<double>(count) / static_cast<double>(size.n))) + " %)";
  if (complete) text += " in " + time_text(seconds);
  if (rate > 0) text += ", " + rounded_text(rate, "/s");
  if (known && rate > 0) text += ", " + time_text(static_cast<double>(size.n - count) / rate) + " left";
  return text;
}

LEAT_DECL std::size_t progress_display::look(std::size_t count, double now) {
  constexpr std::size_t most = 256;  // a look costs some nanoseconds, and what turns slow must be seen soon
  const double since = now - looked_;
  looked_ = now;
  step_ = since < 0.02 ? (step_ < most ? 2 * step_ : most) : since > 0.2 ? 1 + step_ / 4 : step_;
  if (now - shown_ >= (terminal_ ? 0.1 : wait_)) show(count, now);
  return step_;
}

LEAT_DECL void progress_display::show(std::size_t count, double now) {
  const double recent = static_cast<double>(count - counted_) / (now - shown_);
  rate_ = any_ ? 0.7 * rate_ + 0.3 * recent : recent;
  any_ = true;
  shown_ = now;
  counted_ = count;
  if (wait_ < 60) wait_ *= 2;
  std::string text = (name_.empty() ? "" : name_ + ": ") + progress_text(count, size_, now - begun_, rate_, false);
  if (!terminal_) {
    *out_ << text << std::endl;
    return;
  }
  const std::size_t width = text.size();
  if (width < width_) text.append(width_ - width, ' ');  // over what was longer
  width_ = width;
  *out_ << '\r' << text << std::flush;
}

LEAT_DECL void progress_display::end(std::size_t count, double now, bool complete) {
  if (!complete && !any_) return;
  if (!complete && !terminal_ && count == counted_) return;
  const double seconds = now - begun_, rate = seconds > 0.05 ? static_cast<double>(count) / seconds : 0;
  std::string text = (name_.empty() ? "" : name_ + ": ") + progress_text(count, size_, seconds, rate, complete);
  if (terminal_ && any_ && text.size() < width_) text.append(width_ - text.size(), ' ');
  *out_ << (terminal_ && any_ ? "\r" : "") << text << std::endl;
}

LEAT_DECL double progress_clock() {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

LEAT_DECL bool is_terminal(const std::ostream& out) {
  if (&out == &std::cout) return ::isatty(STDOUT_FILENO) == 1;
  return (&out == &std::cerr || &out == &std::clog) && ::isatty(STDERR_FILENO) == 1;
}

LEAT_DECL std::ostream& standard_error() { return std::cerr; }

}  // namespace leat::core

#endif
