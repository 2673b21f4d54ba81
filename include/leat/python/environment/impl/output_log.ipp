// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_ENVIRONMENT_IMPL_OUTPUT_LOG_IPP
#define LEAT_PYTHON_ENVIRONMENT_IMPL_OUTPUT_LOG_IPP

#include <leat/posix/helper_thread.hpp>
#include <leat/python/environment/output_log.hpp>

#include <cstdio>
#include <memory>
#include <string>
#include <utility>

namespace leat::python_detail {

inline constexpr std::size_t most_untold = 16 * 1024 * 1024;  // bytes; then workers wait with what they print

inline std::string text_of(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "what is no std::exception";
  }
}

LEAT_DECL void output_log::start() {
  if (to_)
    teller_ =
        helper_thread("calls python_options.log", signals::handled, [](void* p) { static_cast<output_log*>(p)->tell(); }, this);
}

LEAT_DECL void output_log::add(log_record line) {
  const lock held(mutex_);
  untold_ += line.text.size() + sizeof(log_record);
  lines_.push_back(std::move(line));
}

LEAT_DECL bool output_log::hears() const {
  const lock held(mutex_);
  return untold_ < most_untold || waits_;
}

LEAT_DECL void output_log::flush() {
  std::vector<log_record> lines;
  {
    const lock held(mutex_);
    if (lines_.empty()) return;
    if (to_) return told_.notify_all();
    lines.swap(lines_);
    untold_ = 0;
  }
  deliver(lines);
}

LEAT_DECL void output_log::tell() {
  std::vector<log_record> lines;
  for (;;) {
    {
      lock held(mutex_);
      told_.wait(held, [&] { return silent_ || !lines_.empty(); });
      if (lines_.empty()) return;
      lines.swap(lines_);
    }
    std::size_t bytes = 0;
    for (auto const& r : lines) bytes += r.text.size() + sizeof r;
    deliver(lines);
    if (abandoned_) {  // nobody else can have this now
      teller_.detach();
      return by_.abandoned();
    }
    bool waited = false;
    {
      const lock held(mutex_);
      waited = untold_ >= most_untold;
      untold_ -= bytes;
      waits_ = false;
    }
    if (waited) by_.hears_again();
  }
}

LEAT_DECL void output_log::hear_all() {
  {
    const lock held(mutex_);
    waits_ = true;
  }
  by_.hears_again();
}

LEAT_DECL void output_log::deliver(std::vector<log_record>& lines) {
  for (auto const& r : lines) {
    try {
      if (to_) {
        to_(r);
        continue;
      }
    } catch (...) {  // for a run to throw; the line must not be lost for it
      const lock held(mutex_);
      if (!failure_) failure_ = std::current_exception();
      failed_ = true;
    }
    std::fprintf(stderr, "[worker %ld] %s\n", r.worker, r.text.c_str());
  }
  lines.clear();
}

LEAT_DECL void output_log::throw_failure() {
  std::exception_ptr thrown;
  {
    const lock held(mutex_);
    thrown = std::exchange(failure_, nullptr);
    failed_ = false;
  }
  if (thrown) std::rethrow_exception(thrown);
}

LEAT_DECL void output_log::end() {
  {
    const lock held(mutex_);
    silent_ = true;
    told_.notify_all();
  }
  if (teller_.joinable()) teller_.join();
  deliver(lines_);
  if (failure_) std::fprintf(stderr, "leat: the log callback threw: %s\n", text_of(failure_).c_str());
}

LEAT_DECL void output_log::forget_thread() {
  std::construct_at(&teller_);  // which is none of this process
  std::construct_at(&told_);    // on which it waits
}

}  // namespace leat::python_detail

#endif
